// Pooling: the winner or the mean of each window, and the way of its gradient back to the pixels.
(() => {
  "use strict";
  const {element, svg, format, Plane, grid, inWindow, choice, menu, reading, register} = ConvFigures;

  /** Each window in row-major order: its corner, and the pixels that make its number, each with its share. */
  function windowsOf(x, size, stride, kind) {
    const [rows, columns] = [x.rows, x.columns].map(n => Math.floor((n - size) / stride) + 1);
    const windows = Array.from({length: rows * columns}, (_, index) => {
      const [top, left] = [stride * Math.floor(index / columns), stride * (index % columns)];
      const pixels = Array.from({length: size * size}, (_, k) => {
        const [row, column] = [top + Math.floor(k / size), left + k % size];
        return {row, column, value: x.at(row, column), share: 1 / (size * size)};
      });
      const greatest = Math.max(...pixels.map(pixel => pixel.value));
      const ties = pixels.filter(pixel => pixel.value === greatest).length;
      const winner = {...pixels.find(pixel => pixel.value === greatest), share: 1};
      return {top, left, pixels, ties, sources: kind === "maximum" ? [winner] : pixels};
    });
    return {rows, columns, windows};
  }

  function mount(root, data) {
    const grids = new Map(data.grids.map(([name, rows]) => [name, Plane.from(rows)]));
    const names = Array.from(grids.keys());
    let [x, size, stride, kind] = [copy(names[0]), data.size, data.stride, "maximum"];
    let pooled, dout, dx, readers, chosen;

    const place = {input: [0, 0], output: [0, 0]};
    const choose = where => (row, column) => {
      chosen = where;
      place[where] = [row, column];
      show();
    };
    const square = title =>
      grid({title, kind: "input", rows: x.rows, columns: x.columns, onChoose: choose("input")});
    const parts = {x: square("input x"), dx: square("gradient dx"), y: undefined, dout: undefined};
    const right = {y: element("div", {class: "pool-output"}), dout: element("div", {class: "pool-output"})};
    const arrows = svg("svg", {"aria-hidden": "true", class: "pool-arrows"});
    const field = element("input", {type: "number", step: "any", autocomplete: "off", input: event => {
      if (Number.isFinite(event.target.valueAsNumber)) {
        const [row, column] = place[chosen];
        const plane = chosen === "input" ? x : dout;
        plane.values[row * plane.columns + column] = event.target.valueAsNumber;
        show();
      }
    }});
    const fieldName = element("span");
    const words = reading(3, 9);

    function copy(name) {
      const plane = grids.get(name);
      return new Plane(plane.rows, plane.columns, plane.values.slice());
    }

    /** New windows: their gradients are 1, 2, 3 ..., so that a sum tells which of them it is made of. */
    function cut() {
      const {rows, columns} = windowsOf(x, size, stride, kind);
      dout = new Plane(rows, columns, Float64Array.from({length: rows * columns}, (_, index) => index + 1));
      for (const [name, title] of [["y", "output y"], ["dout", "gradient dout"]]) {
        parts[name] = grid({title, kind: "output", rows, columns, onChoose: choose("output")});
        right[name].replaceChildren(parts[name].element);
      }
      chosen = "output";
      place.output = [0, 0];
      show();
    }

    function show() {
      pooled = windowsOf(x, size, stride, kind);
      const y = new Plane(dout.rows, dout.columns);
      dx = new Plane(x.rows, x.columns);
      readers = new Plane(x.rows, x.columns);
      pooled.windows.forEach(({pixels, sources}, index) => {
        for (const {row, column, value, share} of sources) {
          y.values[index] += share * value;
          dx.values[row * x.columns + column] += share * dout.values[index];
        }
        pixels.forEach(({row, column}) => { readers.values[row * x.columns + column] += 1; });
      });

      const shown = {x, y, dout, dx};
      const [row, column] = place[chosen];
      const window = chosen === "output" && pooled.windows[row * dout.columns + column];
      const isPart = {
        input: window ? inWindow(window.top, window.left, size, size) : () => false,
        output: (r, c) => !window && pooled.windows[r * dout.columns + c].pixels.some(at(row, column)),
      };
      const isSource = {
        input: (r, c) => Boolean(window) && window.sources.some(at(r, c)),
        output: (r, c) => !window && pooled.windows[r * dout.columns + c].sources.some(at(row, column)),
      };
      for (const [name, part] of Object.entries(parts)) {
        const where = name.endsWith("x") ? "input" : "output";
        part.show(shown[name]);
        part.choose(...place[where]);
        part.element.classList.toggle("passive", where !== chosen);
        part.mark("in-window", isPart[where]);
        part.mark("winner", isSource[where]);
        part.mark("dropped", (r, c) => where === "input" && readers.at(r, c) === 0);
        part.mark("empty", (r, c) => name === "dx" && dx.at(r, c) === 0);
      }
      if (document.activeElement !== field) {
        field.value = format(shown[window ? "dout" : "x"].at(row, column), 4).replace("−", "-");
      }
      fieldName.textContent = `${window ? "gradient in" : "pixel in"} row ${row}, column ${column}`;
      words.textContent = window ? aboutWindow(window, y.at(row, column)) : aboutPixel(readers.at(row, column));
      draw();
    }

    function aboutWindow({pixels, ties, sources}, value) {
      const [row, column] = place.output;
      const gradient = format(dout.at(row, column));
      const start = `Window row ${row}, column ${column} holds `
        + `${pixels.map(pixel => format(pixel.value)).join(", ")}. `;
      if (kind === "mean") {
        return `${start}Their mean is ${format(value)}. On the way back each pixel gets 1/${pixels.length} of the `
          + `gradient ${gradient}: ${format(dout.at(row, column) / pixels.length)}.`;
      }
      const [{row: r, column: c}] = sources;
      return `${start}The maximum is ${format(value)}, in row ${r}, column ${c}`
        + (ties > 1 ? `, the first of ${ties} equal ones in row-major order` : "")
        + `. On the way back it gets the whole gradient ${gradient}, the others get 0.`
        + (readers.at(r, c) > 1 ? ` With all windows that it wins, it gets ${format(dx.at(r, c))}.` : "");
    }

    function aboutPixel(count) {
      const [row, column] = place.input;
      const start = `The ${format(x.at(row, column))} in row ${row}, column ${column} `;
      if (count === 0) {
        return `${start}lies in no window. It is dropped, and its gradient is 0.`;
      }
      const lies = `${start}lies in ${count === 1 ? "one window" : `${count} windows`} `;
      const parts = [];
      pooled.windows.forEach(({sources}, index) => sources.some(at(row, column)) && parts.push(dout.values[index]));
      const terms = parts.map(value => format(value)).join(" + ").replaceAll("+ −", "− ");
      const total = parts.length > 1 ? `${terms} = ${format(dx.at(row, column))}` : format(dx.at(row, column));
      if (kind === "mean") {
        const sum = parts.length > 1 ? `(${terms})` : terms;
        return `${lies}and gets 1/${size * size} of the gradient of each: `
          + `${sum}/${size * size} = ${format(dx.at(row, column))}.`;
      }
      return parts.length === 0 ? `${lies}and is the maximum of none. Its gradient is 0.`
        : `${lies}and is the maximum of ${parts.length === count && count > 1 ? "all" : parts.length}. `
          + `Its gradient is ${total}.`;
    }

    /** Arrows from the pixels that count to their windows, and back; for the mean of a window, from and to its side. */
    function draw() {
      const origin = arrows.getBoundingClientRect();
      if (!origin.width) {
        return;
      }
      const middle = (part, [r, c]) => {
        const box = part.cells[r][c].getBoundingClientRect();
        const rim = box.width / 2;
        return {x: box.left + rim - origin.left, y: box.top + rim - origin.top, rim};
      };
      const side = (part, {top, left}) => {
        const [first, last] = [[top, left], [top + size - 1, left + size - 1]].map(place => middle(part, place));
        return {x: last.x + last.rim, y: (first.y + last.y) / 2, rim: 2};
      };
      const [row, column] = place[chosen];
      const routes = pooled.windows.flatMap((window, index) => {
        const output = [Math.floor(index / dout.columns), index % dout.columns];
        const ends = ([x, dx]) => [[x, middle(parts.y, output)], [middle(parts.dout, output), dx]];
        if (chosen === "output") {
          return output[0] !== row || output[1] !== column ? []
            : [ends([parts.x, parts.dx].map(part =>
              kind === "mean" ? side(part, window) : middle(part, [window.sources[0].row, window.sources[0].column])))];
        }
        return window.sources.some(at(row, column))
          ? [ends([parts.x, parts.dx].map(part => middle(part, [row, column])))] : [];
      });
      arrows.replaceChildren(...routes.flatMap(([forward, backward]) =>
        [arrow("forward", ...forward), arrow("backward", ...backward)]));
    }

    const wrap = element("div", {class: "pool-grids"},
      parts.x.element, right.y, parts.dx.element, right.dout, arrows);
    const row = (text, control) =>
      element("div", {class: "menu"}, element("span", {"aria-hidden": "true"}, text), control);
    const controls = element("div", {class: "pool-controls"},
      menu({label: "grid", options: names.map(name => [name, name]), value: names[0],
            onChange: name => { x = copy(name); cut(); }}).element,
      row("keep", choice({label: "keep", options: [["maximum", "maximum"], ["mean", "mean"]], value: kind,
                          onChange: value => { kind = value; show(); }})),
      row("size", choice({label: "size", options: [[2, "2"], [3, "3"]], value: size,
                          onChange: value => { size = value; cut(); }})),
      row("stride", choice({label: "stride", options: [[1, "1"], [2, "2"], [3, "3"]], value: stride,
                            onChange: value => { stride = value; cut(); }})),
      element("label", {class: "menu"}, fieldName, field));
    root.append(element("div", {class: "pool"}, wrap, words, controls));
    cut();
    new ResizeObserver(draw).observe(wrap);
  }

  function at(row, column) {
    return pixel => pixel.row === row && pixel.column === column;
  }

  /** An arrow between two places, from rim to rim. */
  function arrow(name, from, to) {
    const length = Math.hypot(to.x - from.x, to.y - from.y);
    const [ux, uy] = [(to.x - from.x) / length, (to.y - from.y) / length];
    const [tipX, tipY] = [to.x - to.rim * ux, to.y - to.rim * uy];
    const point = (back, aside) => `${tipX - back * ux - aside * uy} ${tipY - back * uy + aside * ux}`;
    return svg("path", {class: name, d: `M${from.x + from.rim * ux} ${from.y + from.rim * uy}L${point(8, 0)}`
                                        + `M${tipX} ${tipY}L${point(10, 5)}L${point(10, -5)}Z`});
  }

  register("pooling", "Pooling, forward and backward", mount);
})();
