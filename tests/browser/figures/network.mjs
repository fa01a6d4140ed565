// The network: its logits for test images, digits drawn by mouse, touch and keyboard, maps by mouse and keyboard.
import { show } from './dom.mjs';

const SEVEN = [[0.25, 0.2], [0.75, 0.2], [0.45, 0.85]];
const THREE = [[0.3, 0.2], [0.55, 0.12], [0.7, 0.25], [0.65, 0.4], [0.45, 0.48], [0.68, 0.55], [0.72, 0.72],
               [0.55, 0.87], [0.28, 0.8]];

export default async function (page, base, { images, drawings }) {
  const figure = await show(page, base, '08-mnist-cnn', 'fig-touch-network');
  const live = figure.locator('.live');

  const logits = await page.evaluate(base64 => {
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    return Array.from({ length: bytes.length / 784 }, (_, n) => {
      const pixels = Float64Array.from(bytes.subarray(784 * n, 784 * (n + 1)), level => level / 255);
      return Array.from(ConvFigures.network.read(pixels).at(-1).values);
    });
  }, images);
  const prepared = await page.evaluate(drawings => drawings.map(({ rows, columns, values }) => {
    const ink = new ConvFigures.Plane(rows, columns, Float64Array.from(values));
    return Array.from(ConvFigures.network.prepare(ink));
  }), drawings);

  const pad = live.locator('.pad');
  const look = ({ withInk = false } = {}) => live.evaluate(async (root, withInk) => {
    await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
    const canvas = root.querySelector('.pad canvas');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    const seen = root.querySelector('.net-closer .of-input canvas');
    return {
      ink: withInk ? Array.from({ length: canvas.width * canvas.height }, (_, k) => data[4 * k + 3]) : undefined,
      seen: Array.from(seen.getContext('2d').getImageData(0, 0, 28, 28).data).filter((_, k) => k % 4 === 0),
      probabilities: Array.from(root.querySelectorAll('.net-bars li'), ({ dataset }) => Number(dataset.value)),
      logits: Array.from(root.querySelectorAll('.net-bars li'), ({ dataset }) => Number(dataset.logit)),
      words: root.querySelector('.reading').textContent,
      about: root.querySelector('.net-about').textContent,
      title: root.querySelector('.net-closer .of-output .grid-title').textContent,
      window: ['y', 'x', 'height', 'width'].map(name =>
        Number(root.querySelector('.net-closer .of-input .window').getAttribute(name))),
      maps: root.querySelectorAll('.maps canvas').length,
    };
  }, withInk);
  const clear = live.getByRole('button', { name: 'Clear' });
  const points = async stroke => {
    await pad.scrollIntoViewIfNeeded();
    const { x, y, width, height } = await pad.boundingBox();
    return stroke.map(([right, down]) => [x + right * width, y + down * height]);
  };

  const start = await look();
  await clear.click();
  const empty = await look();

  const [first, ...others] = await points(SEVEN);
  await page.mouse.move(...first);
  await page.mouse.down();
  for (const point of others) {
    await page.mouse.move(...point, { steps: 5 });
  }
  await page.mouse.up();
  const mouse = await look({ withInk: true });

  const toolbar = name => live.getByRole('toolbar', { name });
  await toolbar('conv 2').getByRole('button').nth(5).hover();
  const hover = await look();
  await toolbar('pool 2').getByRole('button').first().focus();
  for (const key of ['ArrowRight', 'ArrowRight', 'ArrowDown', 'ArrowLeft']) {
    await page.keyboard.press(key);
  }
  const arrows = await look();

  await clear.tap();
  const session = await page.context().newCDPSession(page);
  const touch = (type, at) => session.send('Input.dispatchTouchEvent',
    { type, touchPoints: at ? [{ x: at[0], y: at[1] }] : [] });
  const stroke = await points(THREE);
  await touch('touchStart', stroke[0]);
  for (const point of stroke) {
    await touch('touchMove', point);
  }
  await touch('touchEnd');
  const touched = await look({ withInk: true });

  await pad.focus();
  await page.keyboard.press('Delete');
  for (let i = 0; i < 8; i++) {
    await page.keyboard.press('ArrowUp');
  }
  await page.keyboard.press('Space');
  for (let i = 0; i < 17; i++) {
    await page.keyboard.press('ArrowDown');
  }
  const keyboard = await look({ withInk: true });
  await page.keyboard.press('Space');
  await page.keyboard.press('ArrowRight');
  const lifted = await look();

  const samples = [];
  for (const sample of await live.locator('.sample').all()) {
    await sample.click();
    samples.push({ name: await sample.getAttribute('aria-label'), ...await look() });
  }
  return { logits, prepared, start, empty, mouse, hover, arrows, touched, keyboard, lifted, samples };
}
