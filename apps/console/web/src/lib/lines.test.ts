import { describe, expect, it } from "vitest";
import { plane, series } from "../test/answers";
import { describe as describeChart } from "./describe";
import { tooltip } from "./chartOption";
import { drawn, gravestFirst, hasData, latest, planeColors } from "./lines";

const alone = { environment: null, data_plane_id: null, status_class: null, values: [], oddities: [] };
const planes = [plane({ id: "dev", environment: "dev" }), plane(), plane({ id: "qa", environment: "qa" })];

describe("lines", () => {
  it("have the colour of their plane whatever else is drawn", () => {
    const colors = planeColors(planes);
    expect(drawn(series(), colors).map((line) => line.color)).toEqual(["--line-2", "--line-3"]);
    const alone = series({ lines: series().lines.slice(1) });
    expect(drawn(alone, colors)[0]?.color).toBe("--line-3");
  });

  it("have the same map of colours as long as the planes are the same", () => {
    const colors = planeColors(planes);
    expect(planeColors(planes.map((each) => ({ ...each, request_rate: 7 })))).toBe(colors);
    expect(planeColors(planes.slice(1))).not.toBe(colors);
  });

  it("with trouble come first, the others stay in order", () => {
    const states = ["up", "unknown", "up", "missing", "degraded", "down"] as const;
    const given = states.map((state, index) => plane({ id: String(index), state }));
    expect(gravestFirst(given).map((each) => each.id)).toEqual(["5", "3", "4", "1", "0", "2"]);
  });

  it("of status classes are stacked, errors in the colour of errors", () => {
    const status = { environment: null, data_plane_id: null, values: [1, 1, 1], oddities: [] };
    const lines = drawn(
      series({
        lines: ["2xx", "5xx", "9xx"].map((name) => ({ ...status, label: name, status_class: name })),
      }),
      new Map(),
    );
    expect(lines.map((line) => line.color)).toEqual(["--ok", "--bad", "--unknown"]);
    expect(lines.every((line) => line.stacked)).toBe(true);
  });

  it("know their last value and whether there is any", () => {
    const [prod, qa] = drawn(series(), new Map());
    expect(latest(prod?.values ?? [])).toBe(3);
    expect(latest(qa?.values ?? [])).toBeNull();
    expect(hasData(qa ? [qa] : [])).toBe(false);
  });

  it("can be read out", () => {
    expect(describeChart("Request rate", series(), drawn(series(), new Map()))).toBe(
      "Request rate over the last 15 minutes, 2 lines. prod: now 3 req/s, between 1 req/s and 3 req/s. qa: no data.",
    );
  });

  it("are told by the tooltip, of many the highest", () => {
    const many = Array.from({ length: 100 }, (_, index) => ({ ...alone, label: `plane-${index}` }));
    const lines = drawn(series({ lines: many }), new Map());
    const points = lines.map((line, index) => ({ seriesId: line.key, value: [1_000_000, index] }));
    const rows = tooltip(points, series(), lines, () => "").querySelectorAll(".tooltip-row");
    expect(rows).toHaveLength(12);
    expect(rows[0]?.textContent).toBe("plane-9999 req/s");
    expect(tooltip(points, series(), lines, () => "").textContent).toContain("and 88 lower ones");
    const three = tooltip(points.slice(0, 3), series(), lines, () => "").querySelectorAll(".tooltip-row");
    expect([...three].map((each) => each.textContent)).toEqual([
      "plane-00 req/s",
      "plane-11 req/s",
      "plane-22 req/s",
    ]);
    expect(tooltip([{ seriesId: "plane-1" }], series(), lines, () => "").textContent).toContain("No data");
  });

  it("cannot smuggle markup into the tooltip", () => {
    const nasty = "<img src=x onerror=alert(1)>";
    const lines = drawn(
      series({
        lines: series().lines.map((each, index) => (index === 0 ? { ...each, label: nasty } : each)),
      }),
      new Map(),
    );
    const points = [
      { seriesId: nasty, value: [1_000_000, 3] },
      { seriesId: "gone", value: [1_000_000, 1] },
    ];
    const box = tooltip(points, series(), lines, () => "");
    expect(box.querySelector("img")).toBeNull();
    expect(box.textContent).toContain(nasty);
    expect(box.querySelectorAll(".tooltip-row")).toHaveLength(1);
  });
});
