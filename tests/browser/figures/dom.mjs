// What the drivers of the figures share.
import { settled } from '../browser.mjs';

// Open a page and bring the figure with this id into view.
export async function show(page, base, chapter, id) {
  await page.goto(`${base}/book/${chapter}.html`);
  await settled(page);
  const figure = page.locator(`#${id}`);
  await figure.scrollIntoViewIfNeeded();
  return figure;
}

// The numbers of a grid as rows, at full precision.
export const numbers = grid => grid.locator('.line').evaluateAll(
  lines => lines.map(line => Array.from(line.children, cell => Number(cell.dataset.value))));

// The places of the cells of a grid that have a class.
export const marked = (grid, name) => grid.locator('.line').evaluateAll((lines, name) => lines.flatMap((line, row) =>
  Array.from(line.children).flatMap((cell, column) => cell.classList.contains(name) ? [[row, column]] : [])), name);

// The place of the chosen cell of a grid.
export const selected = grid => grid.locator('.line').evaluateAll(lines => lines.flatMap((line, row) =>
  Array.from(line.children).flatMap((cell, column) => cell.ariaSelected === 'true' ? [row, column] : [])));

// The levels of red, green and blue of a canvas, row by row.
export const levels = canvas => canvas.evaluate(element => {
  const { width, height } = element;
  const { data } = element.getContext('2d').getImageData(0, 0, width, height);
  return Array.from({ length: height }, (_, row) => Array.from({ length: width }, (_, column) =>
    Array.from(data.slice(4 * (row * width + column), 4 * (row * width + column) + 3))));
});

// Drag with a finger from one point to another, by touch events as a screen sends them.
export async function fingerDrag(page, from, to) {
  const session = await page.context().newCDPSession(page);
  const send = (type, points) => session.send('Input.dispatchTouchEvent', { type, touchPoints: points });
  await send('touchStart', [from]);
  for (const share of [0.25, 0.5, 0.75, 1]) {
    await send('touchMove', [{ x: from.x + share * (to.x - from.x), y: from.y + share * (to.y - from.y) }]);
  }
  await send('touchEnd', []);
  await session.detach();
}

// The middle of an element in the window.
export async function middle(locator) {
  const box = await locator.boundingBox();
  return { x: box.x + box.width / 2, y: box.y + box.height / 2 };
}
