import { describe, expect, it } from "vitest";
import { addressOf, parseView, type View } from "./view";

const parse = (path: string) => parseView(new URL(path, "http://console"));

describe("a view in the address", () => {
  it.each<[string, Partial<View>]>([
    ["/", { page: "overview", environment: "all", range: "15m", refresh: 10, theme: null }],
    ["/metrics?environment=prod&range=24h", { page: "metrics", environment: "prod", range: "24h" }],
    ["/metrics?refresh=0&theme=dark", { refresh: 0, theme: "dark" }],
    ["/metrics?range=7d&refresh=1&theme=pink", { range: "15m", refresh: 10, theme: null }],
    ["/anything", { page: "overview" }],
  ])("%s", (path, wanted) => {
    expect(parse(path)).toMatchObject(wanted);
  });

  it.each(["/", "/metrics", "/?refresh=30", "/metrics?environment=a+%26b%22&range=5m&refresh=0&theme=light"])(
    "%s comes back from the view it shows",
    (path) => {
      expect(addressOf(parse(path))).toBe(path);
    },
  );

  it("leaves out what is as always", () => {
    expect(addressOf(parse("/metrics?environment=all&range=15m&refresh=10"))).toBe("/metrics");
  });
});
