// A window moves over a photograph, row by row, and leaves a drawing of its edges behind.
(() => {
  "use strict";

  const {corr2d, element, onDrag, Plane, reading, register, within} = ConvFigures;

  /** The edges of a photograph: 0, black, where they are strong, to 255. One pixel is lost on each side. */
  function drawn({width, height, data: bytes}, {kernels, luma}) {
    const grey = new Plane(height, width, Float64Array.from({length: height * width}, (_, i) =>
      luma.reduce((sum, weight, channel) => sum + weight * bytes[4 * i + channel], 0)));
    const [across, down] = kernels.map(kernel => corr2d(grey, Plane.from(kernel)));
    const strength = across.values.map((value, i) => Math.hypot(value, down.values[i]));
    const strong = strength.slice().sort()[Math.round(0.985 * (strength.length - 1))];
    return new Plane(across.rows, across.columns,
                     strength.map(value => 255 * (1 - Math.min(value / strong, 1) ** 0.7)));
  }

  register("cover", "A window that draws edges", (root, data) => {
    const size = data.window;
    const canvas = element("canvas", {"aria-hidden": "true"});
    const context = canvas.getContext("2d");
    const track = element("input", {type: "range", min: 0, step: 4, "aria-label": "Move the window", input: () => paint()});
    const line = reading();
    const photograph = new Image();
    let colours, drawing, reach;

    photograph.addEventListener("load", () => {
      const {naturalWidth: width, naturalHeight: height} = photograph;
      Object.assign(canvas, {width, height});
      context.drawImage(photograph, 0, 0);
      colours = context.getImageData(0, 0, width, height);
      drawing = drawn(colours, data);
      Object.assign(canvas, {width: drawing.columns, height: drawing.rows});
      reach = drawing.columns - size;
      track.max = Math.floor(drawing.rows / size) * (reach + 1) - 1;
      moveTo(...data.start);
    });

    function moveTo(row, column) {
      track.value = Math.floor(row / size) * (reach + 1) + within(column, reach + 1);
      paint();
    }

    /** The drawing where the window has been, the photograph where it has not. */
    function paint() {
      const row = size * Math.floor(track.value / (reach + 1));
      const column = track.value % (reach + 1);
      const picture = new ImageData(drawing.columns, drawing.rows);
      drawing.values.forEach((value, i) => {
        const [r, c] = [Math.floor(i / drawing.columns), i % drawing.columns];
        const from = 4 * ((r + 1) * colours.width + c + 1);
        const passed = r < row || (r < row + size && c < column + size);
        picture.data.set(passed ? [value, value, value, 255] : colours.data.subarray(from, from + 4), 4 * i);
      });
      context.putImageData(picture, 0, 0);
      context.strokeStyle = "#d55e00";
      context.lineWidth = 3;
      context.strokeRect(column + 1.5, row + 1.5, size - 3, size - 3);
      const [middle, centre] = [row + Math.floor(size / 2), column + Math.floor(size / 2)];
      line.dataset.value = drawing.at(middle, centre);
      line.textContent = `The window is centred on row ${middle}, column ${centre} of the photograph.`;
    }

    onDrag(canvas, (x, y) => moveTo(within(y * drawing.rows, drawing.rows), x * drawing.columns - size / 2));
    root.append(canvas, track, line);
    photograph.src = data.photograph;
  });
})();
