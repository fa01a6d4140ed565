// node check.mjs BASE PAGE...: open every page light and dark, on a desktop and on a phone; print as JSON what was seen.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { gzipSync } from 'node:zlib';
import { inParallel, launch, newContext, SCHEMES, settled, SIZES } from './browser.mjs';

const [base, ...pages] = process.argv.slice(2);
const axe = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TEXT = /html|css|javascript|json|svg/;

const browser = await launch();
const settings = Object.keys(SIZES).flatMap(size => SCHEMES.map(scheme => ({ size, scheme })));
const visits = pages.flatMap(name => settings.map(setting => ({ name, ...setting })));
const seen = await inParallel(cpus().length, visits, visit);
await browser.close();
console.log(JSON.stringify(seen));

async function visit({ name, size, scheme }) {
  const context = await newContext(browser, { ...SIZES[size], colorScheme: scheme });
  const outside = [], errors = [], responses = [];
  await context.route(url => !url.href.startsWith(base), route => {
    outside.push(route.request().url());
    return route.abort();
  });
  const page = await context.newPage();
  page.on('console', message => message.type() === 'error' && errors.push(message.text()));
  page.on('pageerror', error => errors.push(String(error)));
  page.on('response', response => responses.push(response));
  await page.addInitScript(watch);
  await page.goto(`${base}/${name}.html`);
  await settled(page).catch(error => errors.push(`the page did not come to rest: ${error}`));

  const observed = { name, size, scheme, outside, errors, ...await page.evaluate(look) };
  if (size === 'desktop' && scheme === 'light') {
    Object.assign(observed, await weigh(responses), await page.evaluate(listLinks));
  }
  await page.evaluate(axe);
  observed.violations = await page.evaluate(violations);
  await context.close();
  return observed;
}

// Runs in the page before its own scripts: notes what moved, every height of each figure, and when the first one was live.
function watch() {
  window.shift = 0;
  new PerformanceObserver(list => list.getEntries().forEach(({ value }) => { window.shift += value; }))
    .observe({ type: 'layout-shift', buffered: true });

  window.heights = new Map();
  const resized = new ResizeObserver(entries => {
    for (const { target } of entries) window.heights.get(target).add(Math.round(target.getBoundingClientRect().height));
  });
  new MutationObserver(() => {
    for (const figure of document.querySelectorAll('.touch-figure')) {
      if (!window.heights.has(figure)) {
        window.heights.set(figure, new Set());
        resized.observe(figure);
      }
      if (figure.matches('.is-live')) window.interactive ??= Math.round(performance.now());
    }
  }).observe(document, { subtree: true, childList: true, attributeFilter: ['class'] });
}

// Runs in the page.
function look() {
  const { scrollWidth, clientWidth, dataset } = document.documentElement;
  return {
    theme: dataset.theme,
    overflow: scrollWidth - clientWidth,
    shift: window.shift,
    interactive: window.interactive ?? null,
    figures: Array.from(window.heights, ([figure, heights]) => ({ name: figure.dataset.figure, heights: [...heights] })),
    lost: Array.from(document.images).filter(image => image.naturalWidth === 0).map(image => image.src.slice(0, 200)),
  };
}

// Runs in the page: what axe says to it, with everything unfolded. It takes long over contrast, so of all texts with the
// same type, colours and position scheme it measures the first.
async function violations() {
  document.querySelectorAll('details').forEach(details => { details.open = true; });
  const known = new Set();
  for (const element of document.body.querySelectorAll('*')) {
    if (!Array.from(element.childNodes).some(node => node.nodeType === Node.TEXT_NODE && node.data.trim())) continue;
    const { color, fontSize, fontWeight, opacity } = getComputedStyle(element);
    const key = [color, fontSize, fontWeight, opacity, element.localName];
    for (let box = element; box; box = box.parentElement) {
      const { backgroundColor, backgroundImage, position, opacity } = getComputedStyle(box);
      key.push(backgroundColor, backgroundImage, position, opacity);
    }
    const text = [...new Set(key)].join();
    if (!known.has(text)) element.dataset.contrast = '';
    known.add(text);
  }
  axe.configure({ rules: [{ id: 'color-contrast', selector: '[data-contrast]' }] });
  const { violations } = await axe.run(
    { runOnly: ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa'], resultTypes: ['violations'] });
  return violations.map(({ id, help, nodes }) => `${id} (${help}): ${nodes.map(({ target }) => target).join(' | ')}`);
}

// Runs in the page.
function listLinks() {
  return {
    links: [...new Set(Array.from(document.links, link => link.href))],
    anchors: Array.from(document.querySelectorAll('[id], a[name]'), ({ id, name }) => id || name),
  };
}

// What the page loads: its bytes, and its bytes as a host sends them that compresses text.
async function weigh(responses) {
  const sizes = await Promise.all(responses.map(async response => {
    const body = await response.body();
    const sent = TEXT.test(response.headers()['content-type']) ? gzipSync(body) : body;
    return { url: response.url(), bytes: body.length, sent: sent.length };
  }));
  return { files: sizes };
}
