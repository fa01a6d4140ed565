// The matrix of windows: a row for each window, a column for each place in the window, and back with col2im.
(() => {
  "use strict";

  const {choice, element, format, grid, Plane, reading, register} = ConvFigures;

  register("im2col", "An image and its matrix of windows", (root, data) => {
    const image = Plane.from(data.image);
    const [height, width] = data.window;
    const panels = element("div", {class: "panels"});
    const line = reading(2, 4);
    let stride = 1;
    let counting = false;
    let across;  // windows in a row of the image
    let matrix;
    let views;

    function place(window, entry) {
      return [Math.floor(window / across) * stride + Math.floor(entry / width),
              (window % across) * stride + entry % width];
    }

    function build() {
      across = Math.floor((image.columns - width) / stride) + 1;
      const down = Math.floor((image.rows - height) / stride) + 1;
      matrix = new Plane(across * down, height * width);
      const counts = new Plane(image.rows, image.columns);
      matrix.values.forEach((_, index) => {
        const [r, c] = place(Math.floor(index / matrix.columns), index % matrix.columns);
        matrix.values[index] = image.at(r, c);
        counts.values[r * image.columns + c] += 1;
      });
      const pixels = grid({title: counting ? "counts" : "image", kind: "input", rows: image.rows,
                           columns: image.columns, hover: true, onChoose: choosePixel});
      const entries = grid({title: "matrix", kind: "input", rows: matrix.rows, columns: matrix.columns, hover: true,
                            onChoose: chooseEntry});
      pixels.show(counting ? counts : image, counting ? {tint: "size"} : {});
      entries.show(matrix);
      views = {pixels, entries, counts};
      panels.replaceChildren(pixels.element, element("span", {class: "sign", "aria-hidden": "true"}, "→"), entries.element);
    }

    /** An entry of the matrix: its window, which is the row, and the pixels that feed its column. */
    function chooseEntry(window, entry) {
      const {pixels, entries} = views;
      const fed = new Set(Array.from({length: matrix.rows}, (_, other) => String(place(other, entry))));
      const [r, c] = place(window, entry);
      entries.choose(window, entry);
      entries.table.classList.remove("idle");
      entries.mark("in-row", row => row === window);
      entries.mark("in-column", (_, column) => column === entry);
      entries.mark("copy", () => false);
      pixels.choose(r, c);
      pixels.mark("in-row", () => false);
      pixels.mark("in-column", (row, column) => fed.has(String([row, column])));
      const [top, left] = place(window, 0);
      pixels.window(top, left, height, width);
      const weight = `(${Math.floor(entry / width)}, ${entry % width})`;
      line.textContent = `Row ${window} is the window with its corner at row ${top}, column ${left}. Column ${entry} holds ` +
        `the ${fed.size} pixels that the weight ${weight} meets. The two cross at the ${format(image.at(r, c))}.`;
    }

    /** A pixel of the image: its copies in the matrix, which col2im adds. */
    function choosePixel(row, column) {
      const {pixels, entries, counts} = views;
      const isCopy = (window, entry) => String(place(window, entry)) === String([row, column]);
      pixels.choose(row, column);
      entries.table.classList.add("idle");
      pixels.mark("in-column", () => false);
      pixels.window(row, column, 1, 1);
      entries.mark("in-row", () => false);
      entries.mark("in-column", () => false);
      entries.mark("copy", isCopy);
      const copies = counts.at(row, column);
      line.textContent = `Row ${row}, column ${column}: ` + (copies === 0 ? "no window reads this pixel." : copies === 1
        ? "one window reads this pixel, and col2im puts one entry back." :
        `${copies} windows read this pixel, and col2im adds these ${copies} entries.`);
    }

    function rebuild() {
      build();
      if (counting) {
        choosePixel(Math.floor(image.rows / 2), Math.floor(image.columns / 2));
      } else {
        chooseEntry(0, 0);
      }
    }

    root.append(element("div", {class: "controls"},
      choice({label: "Show", value: "pixels", options: [["pixels", "im2col"], ["counts", "col2im of ones"]],
              onChange: value => { counting = value === "counts"; rebuild(); }}),
      choice({label: "Stride", value: "1", options: [["1", "stride 1"], ["2", "stride 2"]],
              onChange: value => { stride = Number(value); rebuild(); }})), line, panels);
    rebuild();
  });
})();
