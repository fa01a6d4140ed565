// What the figures share that readers can touch. A page holds <div class="touch-figure" data-figure="NAME"> with a
// picture and its data (book/figures.py writes it). For each NAME this script loads NAME.js from its own folder, which
// calls ConvFigures.register; then the live figure takes the place of the picture. These are classic scripts, not
// modules, because browsers load no module from a file opened without a server.
const ConvFigures = (() => {
  "use strict";

  const folder = document.currentScript.src.replace(/[^/]*$/, "");

  // --- Starting -----------------------------------------------------------------------------------------------------

  /** Make every figure of this name live: `label` names it to screen readers, `mount(root, data)` fills it. */
  function register(name, label, mount) {
    for (const figure of document.querySelectorAll(`.touch-figure[data-figure="${name}"]`)) {
      const root = element("div", {class: "live", role: "group", "aria-label": label});
      mount(root, JSON.parse(figure.querySelector("script").textContent));
      figure.append(root);
      figure.classList.add("is-live");
    }
  }

  /** Load the script of every figure of the page. This script is deferred, so the page has been read. */
  function start() {
    const names = new Set(Array.from(document.querySelectorAll(".touch-figure"), figure => figure.dataset.figure));
    for (const name of names) {
      document.head.append(element("script", {src: `${folder}${name}.js`}));
    }
  }

  // --- Elements -----------------------------------------------------------------------------------------------------

  function build(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
      if (typeof value === "function") {
        node.addEventListener(name, value);
      } else if (value !== false && value !== undefined) {
        node.setAttribute(name, value === true ? "" : value);
      }
    }
    node.append(...children);
    return node;
  }

  /** An HTML element. An attribute whose value is a function is a listener: `element("p", {click: () => ...}, "text")`. */
  function element(tag, attributes = {}, ...children) {
    return build(document.createElement(tag), attributes, children);
  }

  /** The same for SVG. */
  function svg(tag, attributes = {}, ...children) {
    return build(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes, children);
  }

  let count = 0;

  /** An id that no other element of the page has. */
  function uniqueId() {
    count += 1;
    return `touch-${count}`;
  }

  // --- Numbers ------------------------------------------------------------------------------------------------------

  /** A number as short as it can be written with so many decimals, with a true minus sign. */
  function format(value, decimals = 2) {
    if (!Number.isFinite(value)) {
      return String(value);
    }
    const rounded = Number(value.toFixed(decimals));
    return String(Object.is(rounded, -0) ? 0 : rounded).replace("-", "−");
  }

  const TYPES = {uint8: Uint8Array, float32: Float32Array, float64: Float64Array};

  /** An array that book/figures.py packed: its shape and its values in row-major order. */
  function unpack({shape, dtype, base64}) {
    const bytes = Uint8Array.from(atob(base64), character => character.charCodeAt(0));
    return {shape, values: new TYPES[dtype](bytes.buffer)};
  }

  /** A two-dimensional array of numbers. */
  class Plane {
    constructor(rows, columns, values = new Float64Array(rows * columns)) {
      Object.assign(this, {rows, columns, values});
    }

    /** From an array that was packed, or from rows of numbers. */
    static from(data) {
      if (Array.isArray(data)) {
        return new Plane(data.length, data[0].length, Float64Array.from(data.flat()));
      }
      const {shape, values} = unpack(data);
      return new Plane(...shape, Float64Array.from(values));
    }

    at(row, column) {
      return this.values[row * this.columns + column];
    }

    /** The window with its corner at (row, column). */
    part(row, column, rows, columns) {
      return new Plane(rows, columns, Float64Array.from({length: rows * columns}, (_, index) =>
        this.at(row + Math.floor(index / columns), column + index % columns)));
    }

    /** Turned by 180 degrees. */
    turned() {
      return new Plane(this.rows, this.columns, this.values.slice().reverse());
    }

    least() {
      return this.values.reduce((a, b) => Math.min(a, b), Infinity);
    }

    greatest() {
      return this.values.reduce((a, b) => Math.max(a, b), -Infinity);
    }

    sum() {
      return this.values.reduce((a, b) => a + b, 0);
    }

    /** The greatest magnitude, or 1 if all values are 0: the limit of a scale that is centred on zero. */
    limit() {
      return Math.max(this.greatest(), -this.least()) || 1;
    }
  }

  /** The valid cross-correlation of a plane with a kernel. */
  function corr2d(plane, kernel) {
    const output = new Plane(plane.rows - kernel.rows + 1, plane.columns - kernel.columns + 1);
    for (let i = 0; i < kernel.rows; i++) {
      for (let j = 0; j < kernel.columns; j++) {
        const weight = kernel.at(i, j);
        for (let r = 0, to = 0; weight !== 0 && r < output.rows; r++) {
          let from = (r + i) * plane.columns + j;
          for (let c = 0; c < output.columns; c++) {
            output.values[to++] += weight * plane.values[from++];
          }
        }
      }
    }
    return output;
  }

  // --- Colours ------------------------------------------------------------------------------------------------------

  // The colour map RdBu of ColorBrewer from blue to red, as in miniconv.plots: negative, zero (white), positive.
  const DIVERGING = ["053061", "2166ac", "4393c3", "92c5de", "d1e5f0", "f7f7f7",
                     "fddbc7", "f4a582", "d6604d", "b2182b", "67001f"]
    .map(hex => [0, 2, 4].map(i => parseInt(hex.slice(i, i + 2), 16)));

  /** The colours of responses: a function from a value to [red, green, blue], white at zero. */
  function diverging(limit) {
    return value => {
      const place = (Math.max(-1, Math.min(1, value / limit)) + 1) * (DIVERGING.length - 1) / 2;
      const below = Math.min(Math.floor(place), DIVERGING.length - 2);
      return DIVERGING[below].map((from, i) => from + (place - below) * (DIVERGING[below + 1][i] - from));
    };
  }

  /** The colours of pictures: from `low`, black, to `high`, white. */
  function grey(low, high) {
    return value => {
      const level = 255 * Math.max(0, Math.min(1, (value - low) / (high - low)));
      return [level, level, level];
    };
  }

  // --- Grids of numbers ---------------------------------------------------------------------------------------------

  const STEPS = {ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0]};

  /** Where an arrow key, Home or End leads from a place in a plane of this size; undefined for other keys. */
  function keyStep(event, row, column, rows, columns) {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      return undefined;
    }
    if (event.key === "Home" || event.key === "End") {
      event.preventDefault();
      return event.key === "Home" ? [0, 0] : [rows - 1, columns - 1];
    }
    const step = STEPS[event.key];
    if (step === undefined) {
      return undefined;
    }
    event.preventDefault();
    return [within(row + step[0], rows), within(column + step[1], columns)];
  }

  /** The whole number from 0 to size - 1 next to a value. */
  function within(value, size) {
    return Math.max(0, Math.min(size - 1, Math.floor(value)));
  }

  /**
   * A grid of numbers with a title.
   *
   * `kind` is "input", "kernel" or "output" and gives its colour. With `onChoose(row, column)` the reader can choose a
   * cell by mouse, touch and arrow keys; with `hover: true` also by pointing at it. `show(plane)` writes numbers,
   * `mark(class, test)` gives a class to the cells for which `test(row, column)` holds, `window(row, column, height,
   * width)` outlines a window, and `choose(row, column)` sets the chosen cell without a call of `onChoose`.
   */
  function grid({title, kind, rows, columns, onChoose, hover = false}) {
    const id = uniqueId();
    const heading = element("div", {class: "grid-title", id}, title);
    const cells = Array.from({length: rows}, () => Array.from({length: columns}, () =>
      element("div", {role: onChoose ? "gridcell" : "cell", class: "cell"}, element("span"))));
    const lines = cells.map(line => element("div", {role: "row", class: "line"}, ...line));
    const table = element("div", {role: onChoose ? "grid" : "table", class: "cells", "aria-labelledby": id}, ...lines);
    const outline = element("div", {class: "window", role: "presentation"});
    let chosen = [0, 0];

    function each(visit) {
      cells.forEach((line, row) => line.forEach((cell, column) => visit(cell, row, column)));
    }

    function choose(row, column) {
      const [before, after] = [cells[chosen[0]][chosen[1]], cells[row][column]];
      before.removeAttribute("aria-selected");
      before.tabIndex = -1;
      after.setAttribute("aria-selected", "true");
      after.tabIndex = 0;
      chosen = [row, column];
    }

    /** Write the numbers. `tint` colours the cells: "sign", red for positive and blue for negative, or "size". */
    function show(plane, {tint, decimals = 2} = {}) {
      const limit = plane.limit();
      each((cell, row, column) => {
        const value = plane.at(row, column);
        const text = format(value, decimals);
        cell.dataset.value = value;
        cell.firstChild.textContent = text;
        cell.classList.toggle("long", text.length > 3);
        if (tint) {
          cell.dataset.tint = tint === "size" ? "size" : value < 0 ? "negative" : "positive";
          cell.style.setProperty("--share", Math.abs(value) / limit);
        }
      });
    }

    function mark(name, test) {
      each((cell, row, column) => cell.classList.toggle(name, test(row, column)));
    }

    function window(row, column, height, width) {
      outline.style.cssText = `--row: ${row}; --column: ${column}; --rows: ${height}; --columns: ${width}`;
      table.after(outline);
    }

    if (onChoose) {
      const move = (row, column) => {
        choose(row, column);
        onChoose(row, column);
        cells[chosen[0]][chosen[1]].focus({preventScroll: true});
      };
      each(cell => { cell.tabIndex = -1; });
      choose(0, 0);
      table.addEventListener("keydown", event => {
        const place = keyStep(event, ...chosen, rows, columns);
        if (place) {
          move(...place);
        }
      });
      onDrag(table, (x, y) => move(within(y * rows, rows), within(x * columns, columns)));
      if (hover) {
        each((cell, row, column) => cell.addEventListener("pointerenter", event => {
          if (event.pointerType === "mouse" && event.buttons === 0) {
            choose(row, column);
            onChoose(row, column);
          }
        }));
      }
    }
    return {
      element: element("div", {class: `grid of-${kind}`}, heading, element("div", {class: "cells-box"}, table)),
      heading, table, cells, show, mark, window, choose,
    };
  }

  /** A test for `mark`: whether a cell lies in the window with its corner at (row, column). */
  function inWindow(row, column, height, width) {
    return (r, c) => r >= row && r < row + height && c >= column && c < column + width;
  }

  /** A kernel whose weights the reader can change. `onChange(plane)` is called with the new weights. */
  function kernelEditor({title = "kernel", weights, onChange}) {
    const id = uniqueId();
    let plane;
    const inputs = Array.from(weights.values, (_, index) => element("input", {
      type: "number", step: "any", autocomplete: "off",
      "aria-label": `weight in row ${Math.floor(index / weights.columns)}, column ${index % weights.columns}`,
      input: event => {
        if (Number.isFinite(event.target.valueAsNumber)) {
          plane.values[index] = event.target.valueAsNumber;
          event.target.dataset.value = plane.values[index];
          onChange(plane);
        }
      },
      blur: () => show(plane),
    }));

    /** Write new weights without a call of `onChange`. */
    function show(next) {
      plane = new Plane(next.rows, next.columns, Float64Array.from(next.values));
      inputs.forEach((input, index) => {
        input.value = Number(plane.values[index].toFixed(4));
        input.dataset.value = plane.values[index];
      });
    }

    show(weights);
    const lines = Array.from({length: weights.rows}, (_, row) =>
      element("div", {class: "line"}, ...inputs.slice(row * weights.columns, (row + 1) * weights.columns)));
    return {
      element: element("div", {class: "grid of-kernel editor", role: "group", "aria-labelledby": id},
                       element("div", {class: "grid-title", id}, title), element("div", {class: "cells"}, ...lines)),
      inputs, show,
    };
  }

  // --- Pictures -----------------------------------------------------------------------------------------------------

  /**
   * A picture with a title, drawn from a plane.
   *
   * `draw(plane, colour)` paints it with a colour function (`grey` or `diverging`); `window(row, column, height, width)`
   * outlines a window, `note.textContent` is a line below it. With `onChoose(row, column)` the reader can point, drag, or use the arrow keys (with Shift in
   * steps of ten) to choose a pixel; `place(row, column)` sets the chosen pixel without a call of `onChoose`.
   */
  function picture({title, kind, onChoose}) {
    const id = uniqueId();
    const heading = element("div", {class: "grid-title", id}, title);
    const note = element("div", {class: "note"});
    const canvas = element("canvas");
    const outline = svg("rect", {class: "window", width: 0, height: 0});
    const overlay = svg("svg", {"aria-hidden": "true", preserveAspectRatio: "none"}, outline);
    const box = element("div", {class: "picture-box", role: onChoose ? "application" : "img", "aria-labelledby": id},
                        canvas, overlay);
    let [row, column] = [0, 0];

    function move(nextRow, nextColumn) {
      place(within(nextRow, canvas.height), within(nextColumn, canvas.width));
      onChoose(row, column);
    }

    function place(nextRow, nextColumn) {
      [row, column] = [nextRow, nextColumn];
    }

    function draw(plane, colour) {
      if (canvas.width !== plane.columns || canvas.height !== plane.rows) {
        [canvas.width, canvas.height] = [plane.columns, plane.rows];
        overlay.setAttribute("viewBox", `0 0 ${plane.columns} ${plane.rows}`);
        box.style.aspectRatio = `${plane.columns} / ${plane.rows}`;
        box.style.setProperty("--ratio", plane.columns / plane.rows);
        canvas.classList.toggle("coarse", plane.columns <= 64);
      }
      const pixels = new ImageData(plane.columns, plane.rows);
      plane.values.forEach((value, index) => pixels.data.set([...colour(value), 255], 4 * index));
      canvas.getContext("2d").putImageData(pixels, 0, 0);
    }

    function window(top, left, height, width) {
      build(outline, {x: left, y: top, width, height}, []);
    }

    if (onChoose) {
      box.tabIndex = 0;
      box.addEventListener("keydown", event => {
        const place = keyStep(event, row, column, canvas.height, canvas.width);
        if (place) {
          const times = event.shiftKey ? 10 : 1;
          move(row + times * (place[0] - row), column + times * (place[1] - column));
        }
      });
      onDrag(box, (x, y) => move(y * canvas.height, x * canvas.width));
    }
    return {
      element: element("div", {class: `picture of-${kind}`}, heading, box, note),
      heading, note, canvas, box, draw, window, place,
    };
  }

  /**
   * Draw the output of a kernel, with its scale below: in colours centred on zero if the weights sum to zero, as a grey
   * picture if not.
   */
  function drawResponse(view, response, kernel) {
    if (Math.abs(kernel.sum()) < 1e-6) {
      const limit = response.limit();
      view.draw(response, diverging(limit));
      view.note.textContent = `blue ${format(-limit, 0)} to red ${format(limit, 0)}`;
    } else {
      const [low, high] = [response.least(), response.greatest()];
      view.draw(response, grey(low, high > low ? high : low + 1));
      view.note.textContent = `black ${format(low, 0)} to white ${format(high, 0)}`;
    }
  }

  /** Call `handle(x, y, event)`, fractions of the element's size, where the pointer is pressed and while it is drawn. */
  function onDrag(target, handle) {
    const report = event => {
      const box = target.getBoundingClientRect();
      handle((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height, event);
    };
    target.addEventListener("pointerdown", event => {
      if (event.isPrimary && event.button === 0) {
        target.setPointerCapture(event.pointerId);
        report(event);
      }
    });
    target.addEventListener("pointermove", event => {
      if (target.hasPointerCapture(event.pointerId)) {
        report(event);
      }
    });
  }

  /** A button that opens a photograph of the reader's, makes it grey and at most `side` pixels wide and high. */
  function photographPicker({side, onPhotograph, onError}) {
    async function read(event) {
      const [file] = event.target.files;
      event.target.value = "";
      try {
        const bitmap = await createImageBitmap(file);
        const scale = Math.min(1, side / Math.max(bitmap.width, bitmap.height));
        const [columns, rows] = [bitmap.width, bitmap.height].map(length => Math.max(1, Math.round(scale * length)));
        const context = build(document.createElement("canvas"), {width: columns, height: rows}, []).getContext("2d");
        context.imageSmoothingQuality = "high";
        context.drawImage(bitmap, 0, 0, columns, rows);
        const {data} = context.getImageData(0, 0, columns, rows);
        onPhotograph(new Plane(rows, columns, Float64Array.from({length: rows * columns}, (_, i) =>
          Math.round(0.299 * data[4 * i] + 0.587 * data[4 * i + 1] + 0.114 * data[4 * i + 2]))));
      } catch {
        onError(`${file.name} is not a picture that this browser can read.`);
      }
    }
    const input = element("input", {type: "file", accept: "image/*", class: "hidden-input", change: read});
    return element("label", {class: "button"}, input, "Your photograph");
  }

  // --- Controls -----------------------------------------------------------------------------------------------------

  function button(text, click) {
    return element("button", {type: "button", class: "button", click}, text);
  }

  /** One choice of a few, as radio buttons. `options` are pairs of a value and what to write; `label` is for screen readers. */
  function choice({label, options, value, onChange}) {
    const name = uniqueId();
    const parts = options.map(([key, text]) => element("label", {},
      element("input", {type: "radio", class: "hidden-input", name, value: key, checked: key === value,
                        change: () => onChange(key)}),
      element("span", {}, text)));
    return element("div", {class: "choice", role: "radiogroup", "aria-label": label}, ...parts);
  }

  /** One choice of many, as a list to open. `set(value)` chooses without a call of `onChange`. */
  function menu({label, options, value, onChange}) {
    const select = element("select", {change: () => onChange(select.value)},
      ...options.map(([key, text]) => element("option", {value: key}, text)));
    select.value = value;
    return {element: element("label", {class: "menu"}, element("span", {}, label), select),
            set: next => { select.value = next; }};
  }

  /** A whole number between two bounds. `set(value)` moves it without a call of `onChange`. */
  function slider({label, least, greatest, value, step = 1, decimals = 0, onChange}) {
    const number = element("output", {}, format(value, decimals));
    const input = element("input", {
      type: "range", min: least, max: greatest, step, value,
      input: () => {
        number.textContent = format(input.valueAsNumber, decimals);
        onChange(input.valueAsNumber);
      },
    });
    return {
      element: element("label", {class: "slider"}, element("span", {}, label), input, number), input,
      set: next => {
        input.value = next;
        number.textContent = format(next, decimals);
      },
    };
  }

  /** A product of two numbers, each in its colour: a middle dot to see, "times" to hear. */
  function product(pixel, weight, decimals) {
    const text = format(weight, decimals);
    return element("span", {class: "product"}, element("span", {class: "pixel"}, format(pixel, decimals)),
                   element("span", {"aria-hidden": "true"}, "·"), element("span", {class: "spoken"}, " times "),
                   element("span", {class: "weight"}, weight < 0 ? `(${text})` : text));
  }

  /** The line that says in words what is shown, read out when it changes. It keeps room for so many lines. */
  function reading(lines = 2, linesNarrow = lines) {
    return element("p", {class: "reading", "aria-live": "polite", "aria-atomic": "true",
                         style: `--lines: ${lines}; --lines-narrow: ${linesNarrow}`});
  }

  start();
  return {register, element, svg, uniqueId, format, unpack, Plane, corr2d, diverging, grey, within, keyStep, grid, inWindow,
          kernelEditor, picture, drawResponse, onDrag, photographPicker, button, choice, menu, slider, product, reading};
})();
