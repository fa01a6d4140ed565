// Chromium as the scripts of this folder use it.
import { chromium } from 'playwright-core';

export const SIZES = {
  desktop: { viewport: { width: 1280, height: 900 } },
  phone: { viewport: { width: 360, height: 740 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true },
};

export const SCHEMES = ['light', 'dark'];

export const launch = () => chromium.launch({
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: ['--disable-gpu', '--disable-background-networking', '--disable-component-update'],
});

// A context whose pages have time also where other programs keep the machine busy.
export async function newContext(browser, options) {
  const context = await browser.newContext(options);
  context.setDefaultTimeout(120_000);
  return context;
}

// Wait until the formulas are set, the fonts are there and the figures are live.
export async function settled(page) {
  await page.evaluate(async () => {
    await window.MathJax?.startup?.promise;
    await document.fonts.ready;
  });
  await page.waitForFunction(() => !document.querySelector('.touch-figure:not(.is-live)'));
}

// Run an asynchronous task on every item, `count` at a time.
export async function inParallel(count, items, task) {
  const results = [], queue = items.entries();
  const work = async () => {
    for (const [i, item] of queue) results[i] = await task(item);
  };
  await Promise.all(Array.from({ length: count }, work));
  return results;
}
