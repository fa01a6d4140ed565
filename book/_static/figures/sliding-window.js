// A window slides over an image: its products, their sum, the map of all sums; on numbers or on a photograph.
(() => {
  "use strict";

  const {button, choice, corr2d, drawResponse, element, format, grey, grid, kernelEditor, photographPicker, picture, Plane,
         product, reading, register, within} = ConvFigures;

  register("sliding-window", "Sliding window", (root, data) => {
    const numbers = Plane.from(data.image);
    let photograph = data.photograph && Plane.from(data.photograph);
    let image = numbers;
    let kernel = Plane.from(data.kernel);
    let turned = false;
    let output;
    let [row, column] = [0, 0];

    // The parts
    const centred = (r, c) => moveTo(r - Math.floor(kernel.rows / 2), c - Math.floor(kernel.columns / 2));
    const editor = kernelEditor({weights: kernel, onChange: weights => { kernel = weights; compute(); }});
    const input = grid({title: "input", kind: "input", rows: numbers.rows, columns: numbers.columns, onChoose: centred});
    const map = grid({title: "output", kind: "output", rows: numbers.rows - kernel.rows + 1,
                      columns: numbers.columns - kernel.columns + 1, onChoose: moveTo});
    const inputPicture = picture({title: "input", kind: "input", onChoose: centred});
    const mapPicture = picture({title: "output", kind: "output", onChoose: moveTo});
    inputPicture.note.textContent = "black 0 to white 255";
    const pixels = grid({title: "window", kind: "input", rows: kernel.rows, columns: kernel.columns});
    const star = element("span", {class: "sign", "aria-hidden": "true"});
    const equals = element("span", {class: "sign", "aria-hidden": "true"}, "=");
    const panels = element("div", {class: "panels"});
    const line = reading(2, 4);

    input.show(numbers, {tint: "size"});
    input.cells.flat().forEach(cell => cell.append(element("span", {class: "weight", "aria-hidden": "true"})));

    /** The weights as they lie on the window: a convolution turns them by 180 degrees. */
    function laid() {
      return turned ? kernel.turned() : kernel;
    }

    function compute() {
      output = corr2d(image, laid());
      star.textContent = turned ? "∗" : "⋆";
      if (image === numbers) {
        map.show(output, {tint: "sign"});
      } else {
        drawResponse(mapPicture, output, kernel);
      }
      moveTo(row, column);
    }

    function moveTo(r, c) {
      [row, column] = [within(r, output.rows), within(c, output.columns)];
      const middle = [row + Math.floor(kernel.rows / 2), column + Math.floor(kernel.columns / 2)];
      const [covered, weights] = [image.part(row, column, kernel.rows, kernel.columns), laid()];
      if (image === numbers) {
        input.window(row, column, kernel.rows, kernel.columns);
        input.choose(...middle);
        map.choose(row, column);
        input.cells.flat().forEach((cell, index) => {
          const [i, j] = [Math.floor(index / numbers.columns) - row, index % numbers.columns - column];
          const inside = i >= 0 && j >= 0 && i < kernel.rows && j < kernel.columns;
          cell.classList.toggle("covered", inside);
          cell.lastChild.textContent = inside ? `×${format(weights.at(i, j))}` : "";
        });
      } else {
        inputPicture.window(row, column, kernel.rows, kernel.columns);
        inputPicture.place(...middle);
        mapPicture.window(row, column, 1, 1);
        mapPicture.place(row, column);
        pixels.show(covered);
      }
      const products = Array.from(weights.values, (weight, index) => product(covered.values[index], weight));
      line.dataset.value = output.at(row, column);
      line.replaceChildren(`Row ${row}, column ${column}: `, ...products.flatMap(term => [" + ", term]).slice(1),
                           " = ", element("strong", {}, format(output.at(row, column))));
    }

    /** To the next window, or with -1 to the one before; round from the last to the first. */
    function step(by) {
      const windows = output.rows * output.columns;
      const next = (row * output.columns + column + by + windows) % windows;
      moveTo(Math.floor(next / output.columns), next % output.columns);
    }

    function look(at) {
      image = at;
      if (image === numbers) {
        panels.replaceChildren(input.element, star, editor.element, equals, map.element);
      } else {
        const between = element("div", {class: "between"}, pixels.element, star, editor.element);
        panels.replaceChildren(inputPicture.element, between, mapPicture.element);
        inputPicture.draw(image, grey(0, 255));
      }
      [row, column] = image === numbers ? [0, 0] : [Math.floor(image.rows / 2), Math.floor(image.columns / 2)];
      compute();
    }

    const controls = [element("div", {class: "controls"},
      button("Previous", () => step(-1)), button("Next", () => step(1)),
      choice({label: "Operation", value: "correlation",
              options: [["correlation", "correlation ⋆"], ["convolution", "convolution ∗"]],
              onChange: value => { turned = value === "convolution"; compute(); }}))];
    if (photograph) {
      const source = choice({label: "Image", value: "numbers", options: [["numbers", "numbers"], ["photograph", "photograph"]],
                             onChange: value => look(value === "numbers" ? numbers : photograph)});
      const own = photographPicker({side: 192, onError: text => { line.textContent = text; }, onPhotograph: plane => {
        photograph = plane;
        source.querySelector("[value=photograph]").checked = true;
        look(photograph);
      }});
      controls.push(element("div", {class: "controls"}, source, own));
    }
    root.append(...controls, panels, line);
    look(numbers);
  });
})();
