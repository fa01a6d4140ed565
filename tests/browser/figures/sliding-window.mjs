// Move the window and change the kernel in every way that there is, and note what the figure shows.
import { fingerDrag, levels, middle, numbers, show } from './dom.mjs';

export default async function (page, base, { photograph, notAPicture }) {
  const figure = await show(page, base, '01-sliding-windows', 'fig-touch-window');
  const input = figure.locator('.grid.of-input').first();
  const output = figure.locator('.grid.of-output');
  const cell = (grid, row, column) => grid.locator('.line').nth(row).locator('.cell').nth(column);
  const weights = () => figure.locator('.editor .line').evaluateAll(
    lines => lines.map(line => Array.from(line.children, weight => Number(weight.dataset.value))));
  const reading = async () => {
    const line = figure.locator('.reading');
    const [text, value] = [await line.textContent(), Number(await line.getAttribute('data-value'))];
    const [, row, column] = text.match(/^Row (\d+), column (\d+):/).map(Number);
    return { text, value, row, column };
  };
  const onNumbers = async how => ({
    how, ...await reading(), image: await numbers(input), kernel: await weights(), output: await numbers(output),
    convolution: await figure.getByRole('radio', { name: 'convolution' }).isChecked(),
    laid: await figure.locator('.covered .weight').allTextContents(),
  });
  const onPhotograph = async how => ({
    how, ...await reading(), kernel: await weights(), image: await levels(figure.locator('.picture.of-input canvas')),
    output: await levels(figure.locator('.picture.of-output canvas')), scale: await figure.locator('.of-output .note').textContent(),
    window: await numbers(figure.locator('.between .of-input')),
    convolution: await figure.getByRole('radio', { name: 'convolution' }).isChecked(),
  });
  const states = [await onNumbers('at the start')];

  await figure.getByRole('button', { name: 'Next' }).focus();
  for (let i = 0; i < 6; i++) await page.keyboard.press('Enter');
  states.push(await onNumbers('Enter on Next, six times'));

  await figure.getByRole('button', { name: 'Previous' }).click();
  states.push(await onNumbers('a click on Previous'));

  await cell(output, 1, 0).focus();
  for (const key of ['End', 'ArrowLeft', 'ArrowUp']) await page.keyboard.press(key);
  states.push(await onNumbers('End, left and up in the output'));

  await page.mouse.move(...Object.values(await middle(cell(input, 2, 4))));
  await page.mouse.down();
  await page.mouse.move(...Object.values(await middle(cell(input, 4, 2))), { steps: 4 });
  await page.mouse.up();
  states.push(await onNumbers('the window drawn by the mouse'));

  await cell(output, 3, 4).tap();
  states.push(await onNumbers('a tap on the output'));

  await fingerDrag(page, await middle(cell(input, 4, 5)), await middle(cell(input, 2, 3)));
  states.push(await onNumbers('the window drawn by a finger'));

  await figure.getByLabel('weight in row 1, column 2').fill('-2.5');
  states.push(await onNumbers('another weight'));

  await figure.locator('label', { hasText: 'convolution' }).click();
  states.push(await onNumbers('convolution'));

  await figure.getByRole('radio', { name: 'numbers' }).focus();
  await page.keyboard.press('ArrowRight');
  const pictures = [await onPhotograph('the photograph')];

  await figure.locator('.picture.of-input .picture-box').focus();
  for (const key of ['ArrowLeft', 'Shift+ArrowDown', 'ArrowUp']) await page.keyboard.press(key);
  pictures.push(await onPhotograph('arrow keys on the photograph'));

  for (const [row, column, weight] of [[0, 0, -1], [0, 2, 1], [1, 1, 0], [1, 2, 0], [2, 2, 0]]) {
    await figure.getByLabel(`weight in row ${row}, column ${column}`).fill(String(weight));
  }
  pictures.push(await onPhotograph('weights that sum to zero'));

  await figure.locator('input[type=file]').setInputFiles(
    { name: 'mine.png', mimeType: 'image/png', buffer: Buffer.from(photograph, 'base64') });
  await page.waitForFunction(() => document.querySelector('#fig-touch-window .of-input canvas').width < 100);
  pictures.push(await onPhotograph('a photograph of the reader'));

  await figure.locator('input[type=file]').setInputFiles(
    { name: 'notes.txt', mimeType: 'text/plain', buffer: Buffer.from(notAPicture) });
  await figure.getByText('is not a picture').waitFor();
  return { states, pictures, complaint: await figure.locator('.reading').textContent() };
}
