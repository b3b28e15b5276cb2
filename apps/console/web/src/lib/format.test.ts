import { describe, expect, it } from "vitest";
import { clock, duration, mark, NO_DATA, quantity, text } from "./format";

describe("quantities", () => {
  it.each([
    [42.123, "requests/s", "42.1 req/s"],
    [4.567, "requests/s", "4.57 req/s"],
    [1234.5, "requests/s", "1,235 req/s"],
    [0, "requests/s", "0 req/s"],
    [0.004, "requests/s", "<0.01 req/s"],
    [0.0832, "s", "83.2 ms"],
    [0.9994, "s", "999 ms"],
    [1.234, "s", "1.23 s"],
    [0.00421, "ratio", "0.42 %"],
    [1, "ratio", "100 %"],
    [0.00001, "ratio", "<0.01 %"],
    [12345.6, "requests", "12,346"],
  ] as const)("%d %s is %s", (value, unit, wanted) => {
    expect(text(value, unit)).toBe(wanted);
  });

  it.each([null, undefined, Number.NaN, Number.POSITIVE_INFINITY])("%s is a dash without a unit", (value) => {
    expect(quantity(value, "s")).toEqual({ value: NO_DATA, unit: "" });
  });
});

describe("marks of an axis", () => {
  it.each([
    [0, "s", "0"],
    [0.000002, "ratio", "0.0002 %"],
    [0.1, "ratio", "10 %"],
    [0.25, "s", "250 ms"],
    [1.5, "s", "1.5 s"],
    [20000, "requests/s", "20,000 req/s"],
    [0.002, "requests/s", "0.002 req/s"],
    [2.5, "requests", "2.5"],
  ] as const)("%d %s is %s", (value, unit, wanted) => {
    expect(mark(value, unit)).toBe(wanted);
  });
});

describe("times", () => {
  it.each([
    [-3, "0 s"],
    [59.4, "59 s"],
    [60, "1 min"],
    [3599, "59 min"],
    [7300, "2 h"],
    [200000, "2 d"],
  ])("%d seconds ago is %s", (seconds, wanted) => {
    expect(duration(seconds)).toBe(wanted);
  });

  it("shows seconds only when asked", () => {
    expect(clock(1000)).toMatch(/^\d\d:\d\d$/);
    expect(clock(1000, true)).toMatch(/^\d\d:\d\d:\d\d$/);
  });
});
