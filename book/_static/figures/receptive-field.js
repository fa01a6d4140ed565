// What a unit of a feature map sees in the maps below it and in the image, and how its channels add up.
(() => {
  "use strict";
  const {element, format, unpack, Plane, corr2d, picture, within, grey, diverging, reading, register} = ConvFigures;

  /** Filters of shape (F, C, k, k) as planes: one list for each filter, one kernel for each channel. */
  function filtersOf(packed) {
    const {shape: [filters, channels, rows, columns], values} = unpack(packed);
    const size = rows * columns;
    const kernel = index => new Plane(rows, columns, values.slice(index * size, (index + 1) * size));
    return Array.from({length: filters}, (_, f) =>
      Array.from({length: channels}, (_, c) => kernel(f * channels + c)));
  }

  function sum(planes) {
    return new Plane(planes[0].rows, planes[0].columns,
                     planes[0].values.map((_, k) => planes.reduce((total, plane) => total + plane.values[k], 0)));
  }

  /** ReLU, then the greatest of every 2×2 square. */
  function rectifyAndPool(plane) {
    const pooled = new Plane(Math.floor(plane.rows / 2), Math.floor(plane.columns / 2));
    for (let row = 0; row < 2 * pooled.rows; row++) {
      for (let column = 0; column < 2 * pooled.columns; column++) {
        const to = (row >> 1) * pooled.columns + (column >> 1);
        pooled.values[to] = Math.max(pooled.values[to], plane.at(row, column));
      }
    }
    return pooled;
  }

  function mount(root, data) {
    const {shape, values} = unpack(data.image);
    const image = new Plane(...shape, Float64Array.from(values, value => value / 255));
    const banks = data.banks.map(filtersOf);
    const layers = [[image]];
    for (const bank of banks) {
      layers.push(bank.map(filter => rectifyAndPool(sum(filter.map((kernel, c) => corr2d(layers.at(-1)[c], kernel))))));
    }

    const colours = layers.map(maps => diverging(0.7 * Math.max(...maps.map(map => map.limit()))));
    colours[0] = grey(0, 1);
    const pictures = layers.map((maps, layer) => maps.map((map, index) => {
      const name = layer === 0 ? "image" : `layer ${layer}, map ${index}`;
      const part = picture({title: name, kind: layer === 0 ? "input" : "output",
                            onChoose: layer === 0 ? undefined
                              : (row, column) => show(pinned = {layer, index, row, column})});
      part.draw(map, colours[layer]);
      part.box.addEventListener("pointermove", event => {
        if (layer > 0 && event.pointerType === "mouse" && event.buttons === 0) {
          const {left, top, width, height} = part.box.getBoundingClientRect();
          show({layer, index, row: within(map.rows * (event.clientY - top) / height, map.rows),
                column: within(map.columns * (event.clientX - left) / width, map.columns)});
        }
      });
      part.box.addEventListener("pointerleave", () => show(pinned));
      return part;
    }));
    const patch = picture({title: "what it sees", kind: "input"});
    const terms = element("div", {class: "field-terms"});
    const words = reading(4, 9);
    let pinned = {layer: banks.length, index: 0, ...greatestOf(layers.at(-1)[0])};
    pictures.at(-1)[0].place(pinned.row, pinned.column);

    /** Where the unit looks in each layer up to its own: a corner and a side. The image is layer 0. */
    function windowsOf({layer, row, column}) {
      const windows = [];
      windows[layer] = {row, column, side: 1};
      for (let below = layer - 1; below >= 0; below--) {
        const above = windows[below + 1];
        windows[below] = {row: 2 * above.row, column: 2 * above.column,
                          side: 2 * above.side + banks[below][0][0].rows - 1};
      }
      return windows;
    }

    /** What each channel adds to the convolution, at the one of four places that pooling chose. */
    function partsOf({layer, index, row, column}) {
      const filter = banks[layer - 1][index];
      const places = [[0, 0], [0, 1], [1, 0], [1, 1]].map(([down, right]) => filter.map((kernel, c) =>
        corr2d(layers[layer - 1][c].part(2 * row + down, 2 * column + right, kernel.rows, kernel.columns), kernel)
          .values[0]));
      const totals = places.map(parts => parts.reduce((a, b) => a + b));
      const best = totals.indexOf(Math.max(...totals));
      return {filter, parts: places[best], total: totals[best]};
    }

    function show(unit) {
      const windows = windowsOf(unit);
      pictures.forEach((row, layer) => row.forEach((part, index) => {
        const {row: top, column: left, side} = windows[layer] ?? {row: 0, column: 0, side: 0};
        const sees = layer < unit.layer || (layer === unit.layer && index === unit.index);
        part.window(top, left, sees ? side : 0, sees ? side : 0);
        part.box.classList.toggle("is-unit", layer === unit.layer);
      }));
      const {row, column, side} = windows[0];
      patch.draw(image.part(row, column, side, side), grey(0, 1));

      const {filter, parts, total} = partsOf(unit);
      const value = layers[unit.layer][unit.index].at(unit.row, unit.column);
      const limit = Math.max(...filter.map(kernel => kernel.limit()));
      const source = c => unit.layer === 1 ? "image" : `map ${c}`;
      terms.replaceChildren(...filter.flatMap((kernel, c) => {
        const part = picture({title: source(c), kind: "kernel"});
        part.box.removeAttribute("aria-labelledby");
        part.box.setAttribute("aria-label", `kernel for ${source(c)}`);
        part.draw(kernel, diverging(limit));
        return [element("span", {class: "sign", "aria-hidden": "true"}, c === 0 ? "" : "+"),
                element("div", {}, part.element,
                        element("div", {class: "field-term", "data-value": parts[c]}, format(parts[c], 3)))];
      }), element("span", {class: "sign"}, "="),
      element("span", {class: "field-total", "data-value": total}, format(total, 3)));

      const fields = windows.slice(0, unit.layer).map(({side}, layer) =>
        layer === 0 ? `${side}×${side} pixels` : `${side}×${side} units of every map of layer ${layer}`).reverse();
      const added = parts.map(part => format(part, 3)).join(" + ").replaceAll("+ −", "− ");
      words.textContent = `The unit in row ${unit.row}, column ${unit.column} of layer ${unit.layer}, `
        + `map ${unit.index} sees ${fields.join(", ")}. Its sum is ${added}`
        + `${parts.length > 1 ? ` = ${format(total, 3)}, a part from each channel` : ""}`
        + `${total > 0 ? ", the greatest of the four that are pooled" : "; ReLU makes it 0"}.`;
      words.dataset.value = value;
    }

    const group = (layer, area) => element("div", {class: `field-layer field-${area}`},
      element("div", {class: "grid-title"}, layer === 0 ? "image" : `layer ${layer}`),
      element("div", {class: "field-maps"}, ...pictures[layer].map(part => {
        part.box.removeAttribute("aria-labelledby");
        part.box.setAttribute("aria-label", part.heading.textContent);
        part.heading.remove();
        return part.element;
      })));
    root.append(element("div", {class: "field"},
      group(0, "image"), ...layers.slice(1).map((_, index) => group(index + 1, `layer-${index + 1}`)),
      element("div", {class: "field-patch"}, patch.element),
      element("div", {class: "field-sum"},
              element("div", {class: "grid-title"}, "what its kernels add (rounded)"), terms)),
    words);
    show(pinned);
  }

  function greatestOf(plane) {
    const index = plane.values.indexOf(plane.greatest());
    return {row: Math.floor(index / plane.columns), column: index % plane.columns};
  }

  register("receptive-field", "What one unit sees", mount);
})();
