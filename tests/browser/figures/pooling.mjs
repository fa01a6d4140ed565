// Pooling: settings and a window by mouse, a pixel by touch, windows and a new value by keyboard.
import { show } from './dom.mjs';

export default async function (page, base) {
  const figure = await show(page, base, '06-pooling', 'fig-touch-pooling');
  const live = figure.locator('.live');

  const grid = name => live.locator('.grid').filter({ has: page.getByText(name, { exact: true }) });
  const cell = (name, row, column) => grid(name).locator('.line').nth(row).locator('.cell').nth(column);
  const look = () => live.evaluate(root => {
    const grids = Array.from(root.querySelectorAll('.grid'), grid => {
      const lines = Array.from(grid.querySelectorAll('.line'), line => Array.from(line.children));
      const marked = name => lines.flatMap((line, row) =>
        line.flatMap((cell, column) => (cell.classList.contains(name) ? [[row, column]] : [])));
      return [grid.querySelector('.grid-title').textContent.split(' ').at(-1), {
        values: lines.map(line => line.map(cell => Number(cell.dataset.value))),
        window: marked('in-window'), sources: marked('winner'), dropped: marked('dropped'),
      }];
    });
    return { ...Object.fromEntries(grids), words: root.querySelector('.reading').textContent,
             arrows: root.querySelectorAll('.pool-arrows path').length };
  });

  const settings = [];
  const names = await live.locator('select option').allTextContents();
  for (const name of names) {
    await live.locator('select').selectOption(name);
    for (const kind of ['maximum', 'mean']) {
      await live.locator('label', { hasText: kind }).click();
      for (const [size, stride] of [[2, 1], [2, 2], [2, 3], [3, 1], [3, 2]]) {
        await live.getByRole('radiogroup', { name: 'size' }).getByText(size).click();
        await live.getByRole('radiogroup', { name: 'stride' }).getByText(stride).click();
        settings.push({ name, kind, size, stride, ...await look() });
      }
    }
  }

  // From here on: maxima of 3×3 with a stride of 1 on the first grid.
  await live.locator('select').selectOption(names[0]);
  await live.locator('label', { hasText: 'maximum' }).click();
  await live.getByRole('radiogroup', { name: 'stride' }).getByText(1).click();
  await cell('output y', 1, 2).click();
  const mouse = await look();
  await cell('input x', 2, 2).tap();
  const touch = await look();

  await cell('gradient dout', 0, 0).click();
  await page.keyboard.press('ArrowRight');
  await page.keyboard.press('ArrowDown');
  const arrows = { ...await look(), focused: await page.evaluate(() => document.activeElement.dataset.value) };
  await cell('input x', 0, 0).click();
  await page.keyboard.press('End');
  const field = live.locator('input[type="number"]');
  await field.focus();
  await page.keyboard.press('Control+a');
  await page.keyboard.type('12.5');
  return { settings, mouse, touch, arrows, typed: await look() };
}
