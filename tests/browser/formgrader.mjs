// node formgrader.mjs ADDRESS...: open pages of nbgrader's formgrader; print as JSON what was seen on each.
import { launch, newContext, SIZES } from './browser.mjs';

const addresses = process.argv.slice(2);
const browser = await launch();
const context = await newContext(browser, SIZES.desktop);
const { origin } = new URL(addresses[0]);
await context.route(url => url.origin !== origin, route => route.abort());
const seen = [];
for (const address of addresses) {
  const page = await context.newPage();
  await page.goto(address);
  seen.push(await page.evaluate(look));
}
await browser.close();
console.log(JSON.stringify(seen));

// Runs in the page.
function look() {
  const notebook = document.querySelector('#notebook');
  return {
    ran: window.ran ?? null,
    text: notebook.innerText,
    pictures: Array.from(notebook.querySelectorAll('img'), picture => picture.naturalWidth),
    fields: notebook.querySelectorAll('input.score').length,
  };
}
