import type { Health, Plane, Series, SeriesLine, Summary } from "../api/client";

/** Answers of the API to change a little in each test. */
export function plane(changes: Partial<Plane> = {}): Plane {
  return {
    id: "prod",
    environment: "prod",
    state: "up",
    reason: null,
    request_rate: 42.123,
    p50: 0.08,
    p95: 0.24,
    error_ratio: 0.004,
    active_requests: 7,
    last_scrape_age: 4.2,
    oddities: [],
    ...changes,
  };
}

export function health(changes: Partial<Health> = {}): Health {
  return {
    state: "up",
    reason: null,
    release: "1.2.3",
    platform: "docker",
    stack: "local",
    access: "local",
    authentication: null,
    prometheus: { reachable: true, detail: null },
    jobs: [{ job: "prometheus", state: "up", up: 1, total: 1 }],
    planes: { up: 3, degraded: 0, down: 0, missing: 0, unknown: 0 },
    alerts: {},
    ...changes,
  };
}

function line(name: string, values: (number | null)[]): SeriesLine {
  return { label: name, environment: name, data_plane_id: name, status_class: null, values, oddities: [] };
}

export function series(changes: Partial<Series> = {}): Series {
  return {
    metric: "request_rate",
    unit: "requests/s",
    environment: "all",
    plane: null,
    range: "15m",
    step_seconds: 5,
    window_seconds: 40,
    timestamps: [1000, 1005, 1010],
    lines: [line("prod", [1, null, 3]), line("qa", [null, null, null])],
    ...changes,
  };
}

export function summary(changes: Partial<Summary> = {}): Summary {
  return {
    environment: "all",
    plane: null,
    range: "15m",
    request_rate: 60,
    p50: 0.08,
    p95: 0.24,
    error_ratio: 0.02,
    requests: 54000,
    planes: [],
    ...changes,
  };
}

/** A fetch that answers by the last part of the path; an Error instead of an answer fails the request. */
export function fetching(answers: Record<string, unknown>, status = 200): typeof fetch {
  return (input) => {
    const name = new URL(input as string, "http://console").pathname.split("/").at(-1) ?? "";
    const answer = answers[name];
    if (answer instanceof Error) return Promise.reject(answer);
    return Promise.resolve(new Response(JSON.stringify(answer), { status }));
  };
}
