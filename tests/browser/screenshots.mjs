// node screenshots.mjs HTML OUT: pictures of every page of the book, light and dark, on a desktop and on a phone, and a
// page that shows them all.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inParallel, launch, newContext, SCHEMES, settled, SIZES } from './browser.mjs';

const [html, out] = process.argv.slice(2).map(path => resolve(path));
const HIGHEST = 12000;  // pixels; longer pages are cut
const toc = readFileSync(new URL('../../_toc.yml', import.meta.url), 'utf8');
const pages = Array.from(toc.matchAll(/(?:root|file): (\S+)/g), match => match[1]).concat('search', '404');
const views = Object.keys(SIZES).flatMap(size => SCHEMES.map(scheme => ({ size, scheme })));

mkdirSync(out, { recursive: true });
const browser = await launch();
await inParallel(cpus().length, pages.flatMap(name => views.map(view => ({ name, ...view }))), take);
await browser.close();
writeFileSync(join(out, 'index.html'), gallery());
console.log(join(out, 'index.html'));

function file({ name, size, scheme }) {
  return `${name.replaceAll('/', '-')}-${size}-${scheme}.jpg`;
}

async function take(shot) {
  const context = await newContext(browser, { ...SIZES[shot.size], deviceScaleFactor: 1, colorScheme: shot.scheme });
  const page = await context.newPage();
  await page.goto(pathToFileURL(join(html, `${shot.name}.html`)).href);
  await settled(page);
  const height = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ ...SIZES[shot.size].viewport, height: Math.min(height, HIGHEST) });
  await page.screenshot({ path: join(out, file(shot)), type: 'jpeg', quality: 70 });
  await context.close();
}

function gallery() {
  const rows = pages.map(name => `<h2>${name}</h2><div>${views.map(view => {
    const picture = file({ name, ...view }), words = `${name}, ${view.scheme}, ${view.size}`;
    return `<a class="${view.size}" href="${picture}"><img src="${picture}" alt="${words}" title="${words}" loading="lazy"></a>`;
  }).join('')}</div>`);
  return `<!doctype html><html lang="en-GB"><meta charset="utf-8"><title>Every page</title><style>
body { margin: 2rem; font-family: sans-serif; background: #808080; }
div { display: flex; gap: 1rem; align-items: start; }
a { display: block; height: 32rem; overflow: hidden; }
.desktop { flex: 1280; } .phone { flex: 460; }
img { display: block; width: 100%; }
</style><h1>Every page, light and dark, on a desktop and on a phone</h1>${rows.join('\n')}</html>`;
}
