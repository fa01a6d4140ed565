// node drive.mjs BASE NAME < DATA: run figures/NAME.mjs in a browser with mouse, touch and keyboard; print what it returns.
import { readFileSync } from 'node:fs';
import { launch, newContext, SIZES } from './browser.mjs';

const [base, name] = process.argv.slice(2);
const { default: script } = await import(`./figures/${name}.mjs`);
const browser = await launch();
try {
  const context = await newContext(browser, { ...SIZES.desktop, hasTouch: true });
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', error => errors.push(String(error)));
  const observed = await script(page, base, JSON.parse(readFileSync(0, 'utf8')));
  if (errors.length) throw new Error(errors.join('\n'));
  console.log(JSON.stringify(observed));
} finally {
  await browser.close();
}
