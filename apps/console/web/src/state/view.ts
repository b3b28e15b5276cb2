import type { Range } from "../api/client";

export type Page = "overview" | "metrics";
export type Refresh = 0 | 10 | 30;
export type Theme = "light" | "dark";

/** Everything a shared address brings back. */
export interface View {
  page: Page;
  environment: string;
  range: Range;
  refresh: Refresh;
  theme: Theme | null;
}

export const RANGES: readonly Range[] = ["5m", "15m", "1h", "6h", "24h"];
export const RANGE_NAMES: Record<Range, string> = {
  "5m": "5 minutes",
  "15m": "15 minutes",
  "1h": "1 hour",
  "6h": "6 hours",
  "24h": "24 hours",
};
export const REFRESHES: readonly Refresh[] = [0, 10, 30];

const PATHS: Record<Page, string> = { overview: "/", metrics: "/metrics" };
const DEFAULTS: View = { page: "overview", environment: "all", range: "15m", refresh: 10, theme: null };

function oneOf<T extends string | number>(allowed: readonly T[], value: string | null, otherwise: T): T {
  return allowed.find((each) => String(each) === value) ?? otherwise;
}

/** What an address shows; a value it cannot have counts as not given. */
export function parseView(url: URL): View {
  const query = url.searchParams;
  const theme = query.get("theme");
  return {
    page: url.pathname === PATHS.metrics ? "metrics" : "overview",
    environment: query.get("environment") ?? DEFAULTS.environment,
    range: oneOf(RANGES, query.get("range"), DEFAULTS.range),
    refresh: oneOf(REFRESHES, query.get("refresh"), DEFAULTS.refresh),
    theme: theme === "light" || theme === "dark" ? theme : null,
  };
}

/** The shortest address that shows `view`: what equals the default is left out. */
export function addressOf(view: View): string {
  const query = new URLSearchParams();
  if (view.page === "metrics" && view.environment !== DEFAULTS.environment)
    query.set("environment", view.environment);
  if (view.page === "metrics" && view.range !== DEFAULTS.range) query.set("range", view.range);
  if (view.refresh !== DEFAULTS.refresh) query.set("refresh", String(view.refresh));
  if (view.theme) query.set("theme", view.theme);
  const text = query.toString();
  return PATHS[view.page] + (text && `?${text}`);
}
