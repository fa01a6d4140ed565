// Gradient descent: steps by mouse, a start and another image by touch, a start and another rate by keyboard.
import { show } from './dom.mjs';

export default async function (page, base) {
  const figure = await show(page, base, '02-edges', 'fig-touch-descent');
  const live = figure.locator('.live');

  const look = () => live.evaluate(root => ({
    path: Array.from(root.querySelectorAll('.step, .here'), ({ dataset }) => dataset.value.split(' ').map(Number)),
    losses: Array.from(root.querySelectorAll('.step, .here'), ({ dataset }) => Number(dataset.loss)),
    rate: root.querySelector('input[type="range"]').valueAsNumber,
    image: root.querySelector('select').value,
    numbers: Array.from(root.querySelectorAll('.grid'), grid =>
      Array.from(grid.querySelectorAll('.cell'), cell => Number(cell.dataset.value))),
    contours: root.querySelectorAll('ellipse').length,
    disabled: Array.from(root.querySelectorAll('button:disabled'), ({ textContent }) => textContent),
    words: root.querySelector('.reading').textContent,
  }));
  const press = name => live.getByRole('button', { name });
  const map = live.getByRole('application');
  const frame = live.locator('.frame');
  const place = async (first, second) => {
    await frame.scrollIntoViewIfNeeded();
    const box = await frame.boundingBox();
    return [box.x + box.width * (first + 4.5) / 9, box.y + box.height * (4.5 - second) / 9];
  };

  const start = await look();
  for (let i = 0; i < 5; i++) {
    await press('One step').click();
  }
  await press('One back').click();
  const mouse = await look();

  await page.touchscreen.tap(...await place(-1.5, 3));
  await press('Ten steps').tap();
  const touch = await look();

  await map.focus();
  for (const key of ['ArrowLeft', 'ArrowUp', 'Shift+ArrowRight']) {
    await page.keyboard.press(key);
  }
  const moved = await look();
  await live.locator('input[type="range"]').focus();
  await page.keyboard.press('Home');
  for (let i = 0; i < 4; i++) {
    await page.keyboard.press('ArrowRight');
  }
  await press('Ten steps').focus();
  await page.keyboard.press('Enter');
  const keyboard = await look();

  const others = [];
  for (const image of (await live.locator('select option').allTextContents()).slice(1)) {
    await live.locator('select').selectOption(image);
    await press('Ten steps').click();
    others.push(await look());
  }

  await live.locator('select').selectOption({ index: 0 });
  await live.locator('input[type="range"]').focus();
  await page.keyboard.press('End');
  for (let i = 0; i < 10 && await press('Ten steps').isEnabled(); i++) {
    await press('Ten steps').click();
  }
  return { start, mouse, touch, moved, keyboard, others, lost: await look() };
}
