import type { components } from "./schema";

type Schemas = components["schemas"];
export type Alert = Schemas["Alert"];
export type Alerts = Schemas["Alerts"];
export type Health = Schemas["Health"];
export type Metric = Schemas["Metric"];
export type Plane = Schemas["Plane"];
export type Planes = Schemas["Planes"];
export type Range = Schemas["Range"];
export type Series = Schemas["Series"];
export type SeriesLine = Schemas["SeriesLine"];
export type State = Schemas["State"];
export type Summary = Schemas["Summary"];
export type Unit = Schemas["Unit"];

/** Which answer each path of the API gives. */
export interface Answers {
  alerts: Alerts;
  health: Health;
  planes: Planes;
  series: Series;
  summary: Summary;
}

/** The API could not answer; `message` is fit to be shown, `status` is 0 when nothing came back. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    message: string,
  ) {
    super(message);
  }
}

/** Longer than the backend's own 5 s, so that its explanation arrives rather than a time-out here. */
const TIMEOUT_MS = 8000;

export function address(
  kind: keyof Answers,
  query: Record<string, string | number | null | undefined> = {},
): string {
  const given = Object.entries(query).filter(([, value]) => value !== null && value !== undefined);
  const text = new URLSearchParams(given.map(([name, value]) => [name, String(value)])).toString();
  return `/api/v1/${kind}${text && `?${text}`}`;
}

export async function load<Kind extends keyof Answers>(
  url: string,
  signal: AbortSignal,
): Promise<Answers[Kind]> {
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort();
  }, TIMEOUT_MS);
  const stop = () => {
    limit.abort();
  };
  signal.addEventListener("abort", stop);
  try {
    const response = await ask(url, {
      signal: limit.signal,
      headers: { Accept: "application/json, application/problem+json" },
    });
    if (!response.ok) throw new ApiError(response.status, await explain(response));
    return (await response.json()) as Answers[Kind];
  } catch (error) {
    if (error instanceof ApiError || signal.aborted) throw error;
    throw new ApiError(
      0,
      limit.signal.aborted ? "The console took too long to answer." : "The console cannot be reached.",
    );
  } finally {
    clearTimeout(timer);
    signal.removeEventListener("abort", stop);
  }
}

/**
 * Ask again, once, when the request failed before any answer: a browser drops the requests that still wait for a
 * connection when the networks of its machine change (`net::ERR_NETWORK_CHANGED`).
 */
async function ask(url: string, options: RequestInit & { signal: AbortSignal }): Promise<Response> {
  try {
    return await fetch(url, options);
  } catch (error) {
    if (options.signal.aborted) throw error;
    return await fetch(url, options);
  }
}

async function explain(response: Response): Promise<string> {
  try {
    const problem = (await response.json()) as Partial<Schemas["Problem"]>;
    if (problem.detail) return `${problem.detail.charAt(0).toUpperCase()}${problem.detail.slice(1)}.`;
  } catch {
    // Not a problem document: a proxy in between answered.
  }
  return `The console answered ${response.status}.`;
}
