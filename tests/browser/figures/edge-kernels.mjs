// Choose every kernel, write one, point at places, and note what the figure shows.
import { levels, middle, show } from './dom.mjs';

export default async function (page, base) {
  const figure = await show(page, base, '02-edges', 'fig-touch-kernels');
  const photograph = figure.locator('.of-input .picture-box');
  const output = figure.locator('.of-output .picture-box');
  const state = async how => {
    const line = figure.locator('.reading');
    const [, row, column] = (await line.textContent()).match(/^Row (\d+), column (\d+):/).map(Number);
    return {
      how, row, column, text: await line.textContent(), value: Number(await line.getAttribute('data-value')),
      kernel: await figure.locator('.editor .line').evaluateAll(
        lines => lines.map(line => Array.from(line.children, weight => Number(weight.dataset.value)))),
      output: await levels(output.locator('canvas')), scale: await figure.locator('.of-output .note').textContent(),
      chosen: await figure.locator('select').inputValue(),
    };
  };
  const states = [await state('at the start')];

  for (const name of await figure.locator('option').allTextContents()) {
    await figure.locator('select').selectOption(name);
    states.push(await state(`the kernel ${name}`));
  }

  await figure.getByLabel('weight in row 0, column 1').fill('0.5');
  states.push(await state('another weight'));

  await photograph.focus();
  for (const key of ['Shift+ArrowLeft', 'ArrowUp', 'ArrowUp', 'ArrowRight']) await page.keyboard.press(key);
  states.push(await state('arrow keys'));

  const { x, y } = await middle(output);
  await page.mouse.click(x + 20, y - 10);
  states.push(await state('a click on the output'));

  await page.touchscreen.tap(x - 60, y + 30);
  states.push(await state('a tap on the output'));

  await photograph.focus();
  await page.keyboard.press('Home');
  states.push(await state('Home'));
  await page.keyboard.press('End');
  states.push(await state('End'));
  return { image: await levels(photograph.locator('canvas')), states };
}
