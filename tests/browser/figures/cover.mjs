// The figure of the front page by mouse, touch and keyboard.
import { settled } from '../browser.mjs';

export default async function (page, base) {
  await page.goto(`${base}/book/index.html`);
  await settled(page);
  const figure = page.locator('.touch-figure[data-figure="cover"]');
  const line = figure.locator('.reading'), canvas = figure.locator('canvas'), track = figure.getByRole('slider');
  const steps = [];
  const note = async how => {
    const { text, value } = await line.evaluate(line => ({ text: line.textContent, value: Number(line.dataset.value) }));
    steps.push({ how, text, value });
  };

  await page.waitForFunction(() => document.querySelector('[data-figure="cover"] .reading').textContent);
  await note('start');
  await canvas.scrollIntoViewIfNeeded();
  const { x, y, width, height } = await canvas.boundingBox();
  await page.mouse.move(x + 0.7 * width, y + 0.25 * height);
  await page.mouse.down();
  await note('mouse');
  await page.mouse.move(x + 0.3 * width, y + 0.45 * height);
  await note('drag');
  await page.mouse.up();
  await page.touchscreen.tap(x + 0.8 * width, y + 0.75 * height);
  await note('touch');
  await track.focus();
  await page.keyboard.press('ArrowRight');
  await note('key');
  const photograph = await figure.locator('script').evaluate(script => JSON.parse(script.textContent).photograph);
  return { steps, photograph };
}
