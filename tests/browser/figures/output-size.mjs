// Set the sliders, and note the count and the windows that are drawn.
import { middle, show } from './dom.mjs';

const NAMES = ['pixels n', 'kernel k', 'stride s', 'padding p', 'dilation d'];

export default async function (page, base, { cases }) {
  const figure = await show(page, base, '03-padding-and-stride', 'fig-touch-size');
  const slider = name => figure.getByRole('slider', { name });
  const state = async how => ({
    how, layer: await Promise.all(NAMES.map(async name => Number(await slider(name).inputValue()))),
    window: Number(await slider('window').inputValue()),
    count: Number(await figure.locator('.formula').getAttribute('data-value')),
    formula: await figure.locator('.formula').getAttribute('aria-label'),
    windows: await figure.locator('.window-row').evaluateAll(
      rows => rows.map(row => row.dataset.pixels.split(' ').map(Number))),
    read: await figure.locator('.place').evaluateAll(places => places.map(place => place.classList.contains('read'))),
    text: await figure.locator('.reading').textContent(),
  });
  const states = [await state('at the start')];

  await slider('padding p').focus();
  await page.keyboard.press('ArrowRight');
  states.push(await state('an arrow key'));

  const box = await slider('kernel k').boundingBox();
  await page.mouse.click(box.x + box.width - 2, box.y + box.height / 2);
  states.push(await state('a click at the end of a slider'));

  const start = await slider('pixels n').boundingBox();
  await page.touchscreen.tap(start.x + start.width - 2, start.y + start.height / 2);
  states.push(await state('a tap at the end of a slider'));

  const third = await middle(figure.locator('.window-row .hit').nth(2));
  await page.mouse.move(third.x, third.y);
  states.push(await state('the mouse on the third window'));

  for (const layer of cases) {
    for (const [i, name] of NAMES.entries()) await slider(name).fill(String(layer[i]));
    states.push(await state(layer.join(' ')));
  }
  return states;
}
