// The trained network, computed in the page: draw a digit, and watch its maps and its answer.
(() => {
  "use strict";
  const {element, format, uniqueId, unpack, Plane, picture, diverging, grey, keyStep, onDrag, within, button, reading,
         register} = ConvFigures;

  const SIDE = 28;       // of the network's input
  const BOX = 20;        // the side of the square that a digit of MNIST fits into
  const FINE = 10;       // pixels of the drawing for one cell of its keyboard cursor
  const PAD = SIDE * FINE;
  const PEN = 26;        // in pixels of the drawing; a digit of MNIST is drawn nearly three of its pixels wide
  const LIMIT = 4;       // the magnitude drawn in the darkest colours, as in the other figures of the chapter

  // --- The network: the values of C maps of H×W numbers lie in one array, in row-major order -------------------------

  const layerTypes = {
    conv({shape: [channels, height, width], values}, {weight, bias}) {
      const [filters, , rows, columns] = weight.shape;
      const [outHeight, outWidth] = [height - rows + 1, width - columns + 1];
      const out = new Float64Array(filters * outHeight * outWidth);
      for (let f = 0, tap = 0; f < filters; f++) {
        const start = f * outHeight * outWidth;
        out.fill(bias.values[f], start, start + outHeight * outWidth);
        for (let c = 0; c < channels; c++) {
          for (let i = 0; i < rows; i++) {
            for (let j = 0; j < columns; j++) {
              const w = weight.values[tap++];
              for (let r = 0, to = start; r < outHeight; r++) {
                let from = (c * height + r + i) * width + j;
                for (let q = 0; q < outWidth; q++) {
                  out[to++] += w * values[from++];
                }
              }
            }
          }
        }
      }
      return {shape: [filters, outHeight, outWidth], values: out};
    },

    relu({shape, values}) {
      return {shape, values: values.map(value => Math.max(value, 0))};
    },

    pool({shape: [channels, height, width], values}, {size}) {
      const [outHeight, outWidth] = [height, width].map(n => Math.floor(n / size));
      const out = new Float64Array(channels * outHeight * outWidth).fill(-Infinity);
      for (let c = 0; c < channels; c++) {
        for (let r = 0; r < outHeight * size; r++) {
          for (let q = 0; q < outWidth * size; q++) {
            const to = (c * outHeight + Math.floor(r / size)) * outWidth + Math.floor(q / size);
            out[to] = Math.max(out[to], values[(c * height + r) * width + q]);
          }
        }
      }
      return {shape: [channels, outHeight, outWidth], values: out};
    },

    flatten({values}) {
      return {shape: [values.length], values};
    },

    dense({values}, {weight, bias}) {
      const out = Float64Array.from(bias.values);
      values.forEach((value, d) => {
        for (let m = 0; m < out.length; m++) {
          out[m] += value * weight.values[d * out.length + m];
        }
      });
      return {shape: [out.length], values: out};
    },
  };

  /** What every layer makes of 28×28 numbers from 0 to 1; the last are the logits. */
  function run(layers, pixels) {
    let output = {shape: [1, SIDE, SIDE], values: pixels};
    return layers.map(layer => output = layerTypes[layer.kind](output, layer));
  }

  function softmax(logits) {
    const top = Math.max(...logits);
    const powers = Array.from(logits, logit => Math.exp(logit - top));
    const total = powers.reduce((a, b) => a + b);
    return powers.map(power => power / total);
  }

  // --- From a drawing to an input ------------------------------------------------------------------------------------

  /** A drawing (0 to 1) as MNIST has its digits: fitted into 20×20, its centre of mass in the middle of 28×28. */
  function prepare(ink) {
    const pixels = new Float64Array(SIDE * SIDE);
    let [top, left, bottom, right] = [ink.rows, ink.columns, 0, 0];
    ink.values.forEach((value, k) => {
      if (value > 0.1) {
        const [row, column] = [Math.floor(k / ink.columns), k % ink.columns];
        top = Math.min(top, row);
        left = Math.min(left, column);
        bottom = Math.max(bottom, row + 1);
        right = Math.max(right, column + 1);
      }
    });
    if (bottom === 0) {
      return pixels;
    }
    const [height, width] = [bottom - top, right - left];
    const fit = length => Math.max(1, Math.round(BOX * length / Math.max(height, width)));
    const box = shrink(ink.part(top, left, height, width), fit(height), fit(width));

    let [mass, down, across] = [0, 0, 0];
    box.values.forEach((value, k) => {
      mass += value;
      down += value * Math.floor(k / box.columns);
      across += value * (k % box.columns);
    });
    const shift = (moment, size) => Math.max(0, Math.min(SIDE - size, Math.round(SIDE / 2 - moment / mass)));
    const [first, start] = [shift(down, box.rows), shift(across, box.columns)];
    box.values.forEach((value, k) => {
      pixels[(first + Math.floor(k / box.columns)) * SIDE + start + k % box.columns] = value;
    });
    return pixels;
  }

  /** A picture on fewer pixels, each the mean of what it covers. */
  function shrink(plane, rows, columns) {
    const out = new Plane(rows, columns);
    const [down, across] = [shares(plane.rows, rows), shares(plane.columns, columns)];
    plane.values.forEach((value, k) => {
      if (value !== 0) {
        for (const [r, a] of down[Math.floor(k / plane.columns)]) {
          for (const [c, b] of across[k % plane.columns]) {
            out.values[r * columns + c] += a * b * value;
          }
        }
      }
    });
    return out;
  }

  /** A line of n pixels on one of m: for each of the n, those of the m that it lies in, and the share it fills. */
  function shares(n, m) {
    return Array.from({length: n}, (_, k) => {
      const [start, end] = [k * m / n, (k + 1) * m / n];
      const found = [];
      for (let i = Math.floor(start); i < Math.min(m, Math.ceil(end)); i++) {
        found.push([i, Math.min(end, i + 1) - Math.max(start, i)]);
      }
      return found;
    });
  }

  // --- The drawing field ---------------------------------------------------------------------------------------------

  /** A field to draw in, by pointer or with arrow keys and space bar. `onInk(words)` is called after each change. */
  function drawingField({onInk}) {
    const canvas = element("canvas", {width: PAD, height: PAD});
    const pen = canvas.getContext("2d", {willReadFrequently: true});
    Object.assign(pen, {lineWidth: PEN, lineCap: "round", lineJoin: "round"});
    const cursor = element("div", {class: "pad-cursor"});
    const box = element("div", {
      class: "picture-box pad", role: "application", tabindex: 0,
      "aria-label": "Drawing field. The arrow keys move the pen, the space bar puts it down and lifts it, "
        + "the delete key clears the field.",
    }, canvas, cursor);
    let [row, column, isDown] = [SIDE / 2, SIDE / 2, false];
    let last;

    function line(from, to) {
      pen.beginPath();
      pen.moveTo(...from);
      pen.lineTo(...to);
      pen.stroke();
    }

    const middle = () => [(column + 0.5) * FINE, (row + 0.5) * FINE];

    function placeCursor() {
      box.classList.toggle("pen-down", isDown);
      cursor.style.cssText = `left: ${100 * column / SIDE}%; top: ${100 * row / SIDE}%`;
    }

    function clear() {
      pen.clearRect(0, 0, PAD, PAD);
      isDown = false;
      placeCursor();
    }

    box.addEventListener("keydown", event => {
      const place = keyStep(event, row, column, SIDE, SIDE);
      if (place) {
        const from = middle();
        [row, column] = place;
        if (isDown) {
          line(from, middle());
        }
        placeCursor();
        onInk(`Pen ${isDown ? "down" : "up"} in row ${row}, column ${column}.`);
      } else if (event.key === " ") {
        event.preventDefault();
        isDown = !isDown;
        if (isDown) {
          line(middle(), middle());
        }
        placeCursor();
        onInk(`Pen ${isDown ? "down" : "up"} in row ${row}, column ${column}.`);
      } else if (event.key === "Delete" || event.key === "Backspace") {
        event.preventDefault();
        clear();
        onInk("");
      }
    });
    box.addEventListener("pointerdown", () => { last = undefined; });
    onDrag(box, (x, y) => {
      const here = [x * PAD, y * PAD];
      line(last ?? here, here);
      last = here;
      onInk("");
    });
    placeCursor();

    return {
      box, clear,
      /** What is drawn, from 0 to 1. */
      ink() {
        const {data} = pen.getImageData(0, 0, PAD, PAD);
        return new Plane(PAD, PAD, new Float64Array(PAD * PAD).map((_, k) => data[4 * k + 3] / 255));
      },
      /** Put a digit into the field, pixel by pixel. */
      put(pixels) {
        clear();
        pixels.forEach((value, k) => {
          pen.fillStyle = `rgb(0 0 0 / ${value})`;
          pen.fillRect(FINE * (k % SIDE), FINE * Math.floor(k / SIDE), FINE, FINE);
        });
      },
    };
  }

  // --- The figure ----------------------------------------------------------------------------------------------------

  const NAMES = {conv: "conv", relu: "ReLU", pool: "pool"};
  const dark = value => grey(0, 1)(1 - value);
  const signed = diverging(LIMIT);

  function mount(root, data) {
    const layers = data.layers.map(({weight, bias, ...layer}) =>
      weight ? {...layer, weight: unpack(weight), bias: unpack(bias)} : layer);
    const read = pixels => run(layers, pixels);
    const digits = data.digits.map(({pixels, label}) =>
      ({label, pixels: Float64Array.from(unpack(pixels).values, value => value / 255)}));

    const field = drawingField({onInk: drawn});
    const seen = picture({title: "what it sees", kind: "input"});
    const closer = picture({title: "", kind: "output"});
    const about = element("p", {class: "net-about", id: uniqueId()});
    const rows = layers.flatMap((layer, k) => (layer.kind in NAMES ? [k] : [])).map(rowOfMaps);
    const bars = Array.from({length: 10}, (_, digit) => {
      const [bar, number] = [element("div", {class: "bar"}), element("span", {class: "percent"})];
      return {bar, number, row: element("li", {}, element("span", {class: "name"}, String(digit)),
                                        element("div", {class: "track"}, bar), number)};
    });
    const words = reading(2, 4);
    let note = "";
    let outputs;
    let chosen = {row: 0, map: 0};
    let waiting = false;

    /** The maps after one layer: one tab stop, arrow keys from map to map. */
    function rowOfMaps(k, index) {
      const convolutions = layers.slice(0, k + 1).filter(layer => layer.kind === "conv");
      const name = `${NAMES[layers[k].kind]} ${convolutions.length}`;
      const count = convolutions.at(-1).weight.shape[0];
      const maps = Array.from({length: count}, (_, map) => element("button", {
        type: "button", class: "map", tabindex: map === 0 ? 0 : -1,
        "aria-label": `${name}, map ${map}`, "aria-describedby": about.id,
        click: () => choose(index, map),
        pointerenter: event => event.pointerType === "mouse" && showCloser(index, map),
      }, element("canvas")));
      const box = element("div", {class: "maps", role: "toolbar", "aria-label": `${name}: ${count} maps`,
        pointerleave: () => showCloser(chosen.row, chosen.map),
        keydown: event => {
          const line = maps.filter(one => one.offsetTop === maps[0].offsetTop).length;
          const to = {ArrowRight: 1, ArrowLeft: -1, ArrowDown: line, ArrowUp: -line}[event.key];
          if (to && !event.ctrlKey && !event.metaKey && !event.altKey) {
            event.preventDefault();
            const next = within(maps.indexOf(document.activeElement) + to, count);
            choose(index, next);
            maps[next].focus();
          }
        },
      }, ...maps);
      return {k, name, maps, box};
    }

    function choose(row, map) {
      rows[row].maps.forEach((one, index) => { one.tabIndex = index === map ? 0 : -1; });
      chosen = {row, map};
      showCloser(row, map);
    }

    /** One map, larger, and where in the input its strongest unit looks. */
    function showCloser(row, map) {
      const {k, name, maps} = rows[row];
      rows.forEach(other => other.maps.forEach(one => one.classList.remove("chosen")));
      maps[map].classList.add("chosen");
      const [, height, width] = outputs[k].shape;
      const plane = new Plane(height, width, outputs[k].values.slice(map * height * width, (map + 1) * height * width));
      closer.heading.textContent = `${name}, map ${map}`;
      closer.draw(plane, signed);
      const best = plane.values.indexOf(plane.greatest());
      const [r, c] = [Math.floor(best / width), best % width];
      const {start: [top, left], side} = fieldOf(layers.slice(0, k + 1), r, c);
      closer.window(r, c, 1, 1);
      seen.window(top, left, side, side);
      about.textContent = `${height}×${width} numbers from ${format(plane.least())} to ${format(plane.greatest())}. `
        + `The greatest, in row ${r}, column ${c}, sees the ${side}×${side} pixels that are outlined, `
        + `from row ${top}, column ${left} on.`;
    }

    /** Read the drawing, once for each frame. */
    function drawn(words) {
      note = words;
      if (!waiting) {
        waiting = true;
        requestAnimationFrame(() => {
          waiting = false;
          update(prepare(field.ink()));
        });
      }
    }

    function update(pixels) {
      outputs = read(pixels);
      seen.draw(new Plane(SIDE, SIDE, pixels), dark);
      for (const {k, maps} of rows) {
        paint(maps, outputs[k]);
      }
      showCloser(chosen.row, chosen.map);
      const logits = outputs.at(-1).values;
      const probabilities = softmax(logits);
      const order = probabilities.map((_, digit) => digit).sort((a, b) => probabilities[b] - probabilities[a]);
      bars.forEach(({bar, number, row}, digit) => {
        bar.style.width = `${100 * probabilities[digit]}%`;
        number.textContent = percent(probabilities[digit]);
        row.dataset.value = probabilities[digit];
        row.dataset.logit = logits[digit];
        row.classList.toggle("first", digit === order[0]);
      });
      const [first, second] = order;
      words.textContent = note + (pixels.some(value => value > 0)
        ? ` The network reads ${withArticle(first)}, with a probability of ${inWords(probabilities[first])}. `
          + `The next is ${second}, with ${inWords(probabilities[second])}.`
        : " Nothing is drawn yet.");
    }

    const samples = digits.map(({label, pixels}, index) => {
      const canvas = element("canvas", {width: SIDE, height: SIDE});
      paintPlane(canvas, pixels, dark);
      return element("button", {type: "button", class: "map sample", "aria-label": `test digit ${index}, ${withArticle(label)}`,
                                click: () => open(index)}, canvas);
    });

    function open(index) {
      field.put(digits[index].pixels);
      note = `This test digit is ${withArticle(digits[index].label)}.`;
      update(digits[index].pixels);
    }

    const clear = button("Clear", () => {
      field.clear();
      drawn("");
    });
    root.append(
      element("div", {class: "net"},
        element("div", {class: "net-pad picture of-input"}, element("div", {class: "grid-title"}, "draw a digit"),
                field.box),
        element("ol", {class: "net-bars", start: 0, "aria-label": "probability of each digit"},
                ...bars.map(bar => bar.row)),
        element("div", {class: "controls net-samples"}, clear, element("span", {}, "or take a test digit"),
                element("div", {class: "samples"}, ...samples)),
        words,
        element("div", {class: "net-closer"}, seen.element, closer.element), about,
        element("div", {class: "net-layers"}, ...rows.flatMap(({name, box}) =>
          [element("div", {class: "net-name"}, name), box]))));
    // The same functions for tests: what the network computes, and how a drawing is prepared.
    ConvFigures.network = {read, prepare};
    open(0);
  }

  function withArticle(digit) {
    return `${digit === 8 ? "an" : "a"} ${digit}`;
  }

  function percent(share) {
    return share > 0.9995 ? ">\u00a099.9\u00a0%" : share < 0.0005 ? "<\u00a00.1\u00a0%" : `${(100 * share).toFixed(1)}\u00a0%`;
  }

  function inWords(share) {
    return percent(share).replace(">", "more than").replace("<", "less than");
  }

  /** The square of the input that a unit sees: its corner, and its side. */
  function fieldOf(layers, row, column) {
    let [start, side] = [[row, column], 1];
    for (const layer of layers.slice().reverse()) {
      const [reach, stride] = layer.kind === "conv" ? [layer.weight.shape[2], 1]
        : layer.kind === "pool" ? [layer.size, layer.size] : [1, 1];
      start = start.map(place => stride * place);
      side = stride * (side - 1) + reach;
    }
    return {start, side};
  }

  function paint(buttons, {shape: [, height, width], values}) {
    buttons.forEach((one, map) => {
      const canvas = one.firstChild;
      if (canvas.width !== width || canvas.height !== height) {
        [canvas.width, canvas.height] = [width, height];
      }
      paintPlane(canvas, values.subarray(map * height * width, (map + 1) * height * width), signed);
    });
  }

  function paintPlane(canvas, values, colour) {
    const image = new ImageData(canvas.width, canvas.height);
    values.forEach((value, k) => image.data.set([...colour(value), 255], 4 * k));
    canvas.getContext("2d").putImageData(image, 0, 0);
  }

  register("network", "The trained network: draw a digit, and see what every layer makes of it", mount);
})();
