// A photograph under a kernel that the reader chooses or writes.
(() => {
  "use strict";

  const {corr2d, drawResponse, element, format, grey, kernelEditor, menu, photographPicker, picture, Plane, reading, register,
         within} = ConvFigures;
  const OWN = "your own";

  register("edge-kernels", "A kernel on a photograph", (root, data) => {
    const presets = new Map(data.kernels.map(([name, weights]) => [name, Plane.from(weights)]));
    let photograph = Plane.from(data.photograph);
    let kernel = presets.values().next().value;
    let response;
    let [row, column] = [0, 0];

    const editor = kernelEditor({weights: kernel, onChange: weights => {
      preset.set(OWN);
      use(weights);
    }});
    const preset = menu({label: "Kernel", value: presets.keys().next().value,
                         options: [...presets.keys(), OWN].map(name => [name, name]), onChange: name => {
                           if (presets.has(name)) {
                             editor.show(presets.get(name));
                             use(presets.get(name));
                           }
                         }});
    const input = picture({title: "photograph", kind: "input", onChoose: (r, c) => moveTo(r - 1, c - 1)});
    const output = picture({title: "output", kind: "output", onChoose: moveTo});
    const line = reading(2, 4);
    input.note.textContent = "black 0 to white 255";

    function use(weights) {
      kernel = weights;
      response = corr2d(photograph, kernel);
      drawResponse(output, response, kernel);
      moveTo(row, column);
    }

    function moveTo(r, c) {
      [row, column] = [within(r, response.rows), within(c, response.columns)];
      input.window(row, column, kernel.rows, kernel.columns);
      input.place(row + 1, column + 1);
      output.window(row, column, 1, 1);
      output.place(row, column);
      const sum = kernel.sum();
      line.dataset.value = response.at(row, column);
      line.replaceChildren(`Row ${row}, column ${column}: `, element("strong", {}, format(response.at(row, column))),
                           `. The weights sum to ${format(sum)}, so an even area `,
                           Math.abs(sum) < 1e-6 ? "answers 0." : Math.abs(sum - 1) < 1e-6 ? "stays as it is."
                             : `is multiplied by ${format(sum)}.`);
    }

    function look(at) {
      photograph = at;
      input.draw(photograph, grey(0, 255));
      [row, column] = [Math.floor(photograph.rows / 2) - 1, Math.floor(photograph.columns / 2) - 1];
      use(kernel);
    }

    const own = photographPicker({side: 256, onPhotograph: look, onError: text => { line.textContent = text; }});
    root.append(element("div", {class: "controls"}, preset.element, own),
                element("div", {class: "panels"}, input.element, editor.element, output.element), line);
    look(photograph);
  });
})();
