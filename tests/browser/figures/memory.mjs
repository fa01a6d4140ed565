// Choose layouts, sizes and kernel entries, and note what is marked in the image and in memory.
import { marked, selected, show } from './dom.mjs';

export default async function (page, base) {
  const figure = await show(page, base, '09-making-it-fast', 'fig-touch-memory');
  const kernel = figure.locator('.grid.of-kernel');
  const image = figure.locator('.grid.of-input');
  const cell = (row, column) => kernel.locator('.line').nth(row).locator('.cell').nth(column);
  const group = name => figure.getByRole('radiogroup', { name, exact: true });
  const pick = (name, text) => group(name).getByText(text, { exact: true }).click();
  const chosen = async name => (await group(name).locator('input:checked').getAttribute('value'));
  const slider = figure.getByRole('slider', { name: 'kernel k' });
  const state = async how => ({
    how, layout: await chosen('Layout'), copied: await chosen('What is copied'),
    images: Number(await chosen('images')), channels: Number(await chosen('channels')),
    kernel: Number(await slider.inputValue()), entry: await selected(kernel), read: await marked(image, 'read'),
    memory: await figure.locator('.drawing').getAttribute('data-copied'),
    drawn: await figure.locator('.drawing .number').evaluateAll(
      numbers => numbers.map(number => Number(number.classList.contains('copied'))).join('')),
    outlined: await image.locator('.window').evaluate(
      ({ style }) => ['--row', '--column', '--rows', '--columns'].map(name => Number(style.getPropertyValue(name)))),
    counts: await figure.locator('.memory-bars > div').evaluateAll(bars => bars.map(bar => Number(bar.dataset.count))),
    text: await figure.locator('.reading').textContent(),
  });
  const states = [await state('at the start')];

  await cell(1, 2).hover();
  states.push(await state('the mouse on an entry'));

  await cell(2, 0).tap();
  states.push(await state('a tap on an entry'));

  await page.keyboard.press('ArrowRight');
  states.push(await state('an arrow key'));

  for (const layout of ['images first', 'channels last', 'batch innermost']) {
    for (const copied of ['all shifts', 'horizontal shifts']) {
      for (const [images, channels, k] of [[1, 1, 3], [2, 2, 2], [4, 1, 1], [4, 2, 3]]) {
        await pick('Layout', layout);
        await pick('What is copied', copied);
        await pick('images', String(images));
        await pick('channels', String(channels));
        await slider.fill(String(k));
        await cell(k - 1, Math.floor(k / 2)).hover();
        states.push(await state([layout, copied, images, channels, k].join(', ')));
      }
    }
  }
  return states;
}
