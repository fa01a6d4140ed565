// Point at entries of the matrix and at pixels, with both strides, and note what is marked.
import { marked, numbers, selected, show } from './dom.mjs';

export default async function (page, base) {
  const figure = await show(page, base, '05-im2col', 'fig-touch-im2col');
  const image = figure.locator('.grid').first();
  const matrix = figure.locator('.grid').last();
  const cell = (grid, row, column) => grid.locator('.line').nth(row).locator('.cell').nth(column);
  const state = async how => ({
    how, image: await numbers(image), matrix: await numbers(matrix), text: await figure.locator('.reading').textContent(),
    row: await marked(matrix, 'in-row'), column: await marked(matrix, 'in-column'), copies: await marked(matrix, 'copy'),
    fed: await marked(image, 'in-column'),
    outlined: await image.locator('.window').evaluate(
      ({ style }) => ['--row', '--column', '--rows', '--columns'].map(name => Number(style.getPropertyValue(name)))),
    chosen: [await selected(image), await selected(matrix)],
  });
  const results = {};
  for (const stride of [1, 2]) {
    await figure.locator('label', { hasText: `stride ${stride}` }).click();
    const states = [];

    await cell(matrix, 3, 2).hover();
    states.push(await state('the mouse on an entry'));

    await cell(matrix, 0, 0).focus();
    for (const key of ['Home', 'ArrowDown', 'ArrowRight']) await page.keyboard.press(key);
    states.push(await state('arrow keys in the matrix'));

    await cell(image, 1, 2).hover();
    states.push(await state('the mouse on a pixel'));

    await cell(image, 2, 1).tap();
    states.push(await state('a tap on a pixel'));

    await page.keyboard.press('End');
    states.push(await state('End in the image'));
    results[stride] = states;
  }
  await figure.locator('label', { hasText: 'col2im' }).click();
  for (const stride of [1, 2]) {
    await figure.locator('label', { hasText: `stride ${stride}` }).click();
    results[stride].push(await state('col2im of ones'));
  }
  return results;
}
