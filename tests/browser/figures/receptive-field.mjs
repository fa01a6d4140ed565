// The receptive field: a unit of layer 3 by mouse, one of layer 2 by touch, one of layer 1 by keyboard.
import { show } from './dom.mjs';

export default async function (page, base) {
  const figure = await show(page, base, '04-channels', 'fig-touch-field');
  const live = figure.locator('.live');

  const map = (layer, index) => live.getByRole('application', { name: `layer ${layer}, map ${index}` });
  const look = () => live.evaluate(root => ({
    windows: Object.fromEntries(Array.from(root.querySelectorAll('.field-maps .picture-box'), box => {
      const outline = box.querySelector('.window');
      return [box.getAttribute('aria-label'),
              ['y', 'x', 'height', 'width'].map(name => Number(outline.getAttribute(name)))];
    })),
    parts: Array.from(root.querySelectorAll('.field-term'), term => Number(term.dataset.value)),
    total: Number(root.querySelector('.field-total').dataset.value),
    value: Number(root.querySelector('.reading').dataset.value),
    patch: ['height', 'width'].map(name => root.querySelector('.field-patch canvas')[name]),
    words: root.querySelector('.reading').textContent,
  }));
  const place = async (target, row, column) => {
    await target.scrollIntoViewIfNeeded();
    const box = await target.boundingBox();
    const [rows, columns] = await target.locator('canvas').evaluate(canvas => [canvas.height, canvas.width]);
    return [box.x + box.width * (column + 0.5) / columns, box.y + box.height * (row + 0.5) / rows];
  };

  const start = await look();
  await page.mouse.move(...await place(map(3, 0), 3, 11));
  const hover = await look();
  await page.mouse.move(0, 0);
  const left = await look();
  await page.mouse.click(...await place(map(3, 0), 13, 22));
  const mouse = await look();
  await page.touchscreen.tap(...await place(map(2, 1), 20, 30));
  const touch = await look();
  await map(1, 1).focus();
  await page.keyboard.press('Home');
  for (const key of ['ArrowDown', 'Shift+ArrowRight', 'ArrowRight', 'ArrowRight', 'ArrowLeft']) {
    await page.keyboard.press(key);
  }
  return { start, hover, left, mouse, touch, keyboard: await look() };
}
