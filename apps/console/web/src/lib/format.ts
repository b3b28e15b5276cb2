import type { Unit } from "../api/client";

/** A number for people, its unit apart so that it can be set smaller. */
export interface Quantity {
  value: string;
  unit: string;
}

export const NO_DATA = "—";

/** Three significant digits, never an exponent: 0.0123 → 0.01, 4.567 → 4.57, 45.67 → 45.7, 4567 → 4,567. */
function digits(value: number): string {
  const size = Math.abs(value);
  const places = size >= 100 || size === 0 ? 0 : size >= 10 ? 1 : 2;
  return value.toLocaleString("en-GB", { minimumFractionDigits: 0, maximumFractionDigits: places });
}

function small(value: number, least: number): string {
  return value > 0 && value < least ? `<${least}` : digits(value);
}

/** `value` in `unit`, or a dash when there is none. */
export function quantity(value: number | null | undefined, unit: Unit): Quantity {
  if (value === null || value === undefined || !Number.isFinite(value)) return { value: NO_DATA, unit: "" };
  switch (unit) {
    case "requests/s":
      return { value: small(value, 0.01), unit: "req/s" };
    case "s":
      return value < 1
        ? { value: small(value * 1000, 0.01), unit: "ms" }
        : { value: digits(value), unit: "s" };
    case "ratio":
      return { value: small(value * 100, 0.01), unit: "%" };
    case "requests":
      return { value: Math.round(value).toLocaleString("en-GB"), unit: "" };
  }
}

/** A mark of an axis, as exact as its neighbours need it: 0.0002 % where figures say <0.01 %. */
export function mark(value: number, unit: Unit): string {
  if (value === 0) return "0";
  const shown = quantity(value, unit);
  const scaled = unit === "ratio" ? value * 100 : shown.unit === "ms" ? value * 1000 : value;
  const digits = scaled.toLocaleString("en-GB", { maximumSignificantDigits: 4 });
  return shown.unit ? `${digits} ${shown.unit}` : digits;
}

export function text(value: number | null | undefined, unit: Unit): string {
  const parts = quantity(value, unit);
  return parts.unit ? `${parts.value} ${parts.unit}` : parts.value;
}

/** How long ago, coarsely: 7 s, 3 min, 2 h, 5 d. */
export function duration(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min`;
  return whole < 86400 ? `${Math.floor(whole / 3600)} h` : `${Math.floor(whole / 86400)} d`;
}

/** Time of day, with seconds for short ranges. */
export function clock(seconds: number, withSeconds = false): string {
  return new Date(seconds * 1000).toLocaleTimeString("en-GB", {
    hour: "2-digit",
    minute: "2-digit",
    ...(withSeconds && { second: "2-digit" }),
  });
}
