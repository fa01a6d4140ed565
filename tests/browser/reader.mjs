// node reader.mjs BASE FOLDER: use the site, which FOLDER holds, as a reader does; print as JSON what was seen.
import { launch, newContext, settled, SIZES } from './browser.mjs';

const [base, folder] = process.argv.slice(2);
const browser = await launch();
const open = async (address, options) => {
  const page = await (await newContext(browser, { ...SIZES.desktop, ...options })).newPage();
  await page.goto(address);
  return page;
};
const hrefs = links => links.evaluateAll(links => links.map(link => link.href));
const scenes = { search, theme, buttons, wrongAddress, withoutScripts, fromDisk };
const seen = {};
for (const [name, scene] of Object.entries(scenes)) {
  seen[name] = await scene();
}
await browser.close();
console.log(JSON.stringify(seen));

async function search() {
  const page = await open(`${base}/book/index.html`);
  await page.keyboard.press('Control+k');
  await page.keyboard.type('col2im');
  await page.keyboard.press('Enter');
  const results = page.locator('#search-results li > a');
  await page.waitForFunction(() => /\d/.test(document.querySelector('.search-summary')?.textContent));
  const found = await hrefs(results);
  await results.first().click();
  return { found, text: await page.locator('article').innerText() };
}

async function theme() {
  const page = await open(`${base}/book/index.html`);
  const now = () => page.evaluate(() => document.documentElement.dataset.theme);
  const themes = [await now()];
  for (let press = 0; press < 2; press++) {
    await page.locator('.theme-switch-button:visible').first().click();
    themes.push(await now());
  }
  await page.goto(`${base}/book/02-edges.html`);
  return [...themes, await now()];
}

async function buttons() {
  const page = await open(`${base}/book/02-edges.html`);
  await page.getByRole('button', { name: 'Download this page' }).click();
  const link = page.getByRole('link', { name: '.ipynb' });
  await link.click({ trial: true });
  const notebook = await page.request.get(await link.evaluate(link => link.href));
  return { links: await hrefs(page.locator('.article-header-buttons a')), notebook: await notebook.text() };
}

async function wrongAddress() {
  const page = await open(`${base}/no/such/page.html`);
  const observed = { heading: await page.locator('h1').innerText(), links: await hrefs(page.locator('a')) };
  await page.getByRole('searchbox').fill('pooling');
  await page.keyboard.press('Enter');
  await page.waitForSelector('#search-results li a');
  return { ...observed, search: page.url() };
}

async function withoutScripts() {
  const page = await open(`${base}/book/01-sliding-windows.html`, { javaScriptEnabled: false });
  return page.locator('.touch-figure').evaluateAll(figures => figures.map(figure => {
    const still = figure.querySelector('img');
    return { seen: still.checkVisibility(), width: still.naturalWidth, alt: still.alt };
  }));
}

async function fromDisk() {
  const errors = [];
  const page = await open('about:blank');
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', error => errors.push(String(error)));
  await page.goto(`file://${folder}/book/01-sliding-windows.html`);
  await settled(page);
  const count = selector => page.locator(selector).count();
  return { errors, formulas: await count('mjx-container'), figures: await count('.touch-figure'), live: await count('.is-live') };
}
