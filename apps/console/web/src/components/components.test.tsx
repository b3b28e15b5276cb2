import { render, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { describe, expect, it, vi } from "vitest";
import { drawn } from "../lib/lines";
import { parseView } from "../state/view";
import { health, plane, series, summary } from "../test/answers";
import { AlertList } from "./AlertList";
import { DataTable } from "./DataTable";
import { HealthPanel, OpenNote } from "./HealthPanel";
import { Legend } from "./Legend";
import { PlaneCard } from "./PlaneCard";
import { Segmented } from "./Segmented";
import { trace } from "./Sparkline";
import { SummaryCards } from "./SummaryCards";

const view = parseView(new URL("http://console/"));

describe("a plane's card", () => {
  it("says state, reason and figures, and leads to its metrics", async () => {
    const move = vi.fn();
    const bad = plane({ id: "qa-1", environment: "qa", state: "down", reason: "it is gone", p95: null });
    render(<PlaneCard plane={bad} rates={[]} color="--line-1" view={view} move={move} />);
    const card = screen.getByRole("article", { name: /qa-1/ });
    expect(card).toHaveTextContent("Down");
    expect(card).toHaveTextContent("it is gone");
    expect(card).toHaveTextContent("42.1 req/s");
    expect(card).toHaveTextContent("p95 latency—");
    const link = screen.getByRole("link", { name: /^Metrics\s*of qa$/ });
    expect(link).toHaveAttribute("href", "/metrics?environment=qa");
    await userEvent.click(link);
    expect(move).toHaveBeenCalledWith({ page: "metrics", environment: "qa" });
  });
});

describe("a plane whose figures cannot all be told", () => {
  const odd = "active requests must be ≥ 0 (got -3)";

  it("says so instead of claiming that all is well", () => {
    const card = plane({ active_requests: null, oddities: [odd] });
    render(<PlaneCard plane={card} rates={[]} color="--line-1" view={view} move={vi.fn()} />);
    expect(screen.getByText(odd)).toBeInTheDocument();
    expect(screen.queryByText(/within their limits/)).not.toBeInTheDocument();
  });

  it("says it once where it is the reason", () => {
    const card = plane({ id: "", state: "degraded", reason: odd, oddities: [odd] });
    render(<PlaneCard plane={card} rates={[]} color="--line-1" view={view} move={vi.fn()} />);
    expect(screen.getAllByText(odd)).toHaveLength(1);
    expect(screen.getByRole("heading")).toHaveTextContent("(unnamed)");
  });
});

describe("a missing plane's card", () => {
  it("says that the stack expects it, and has no figures", () => {
    const gone = plane({
      state: "missing",
      reason: "expected, but not seen",
      request_rate: null,
      last_scrape_age: null,
    });
    render(<PlaneCard plane={gone} rates={[]} color="--line-1" view={view} move={vi.fn()} />);
    const card = screen.getByRole("article", { name: /prod/ });
    expect(card).toHaveTextContent("Missing");
    expect(card).toHaveTextContent("expected, but not seen");
    expect(card).toHaveTextContent("Last scrape not known");
  });
});

describe("the health panel", () => {
  it("counts planes that are missing among those that there should be", () => {
    const planes = { up: 2, degraded: 0, down: 0, missing: 1, unknown: 0 };
    render(<HealthPanel health={health({ state: "down", planes, reason: null })} />);
    expect(screen.getByRole("status")).toHaveTextContent("2 of 3 data planes up");
  });

  it("is calm when all is well", () => {
    render(<HealthPanel health={health()} />);
    expect(screen.getByRole("status")).toHaveTextContent("All systems operational3 of 3 data planes up");
    for (const text of ["1.2.3", "docker", "local"]) expect(screen.getByText(text)).toBeInTheDocument();
  });

  it("says what asks people for a login, and that nothing does", () => {
    const { rerender } = render(<HealthPanel health={health()} />);
    const login = () => screen.getByText("Login").nextSibling;
    expect(login()).toHaveTextContent("none, local only");
    rerender(<HealthPanel health={health({ access: "authenticated", authentication: "oauth2-proxy" })} />);
    expect(login()).toHaveTextContent("by oauth2-proxy");
    rerender(<HealthPanel health={health({ access: "open" })} />);
    expect(login()).toHaveTextContent("none, open to the network");
  });

  it("warns only where the network reaches it without a login", () => {
    const { rerender } = render(<OpenNote health={health({ access: "open" })} />);
    expect(screen.getByRole("note")).toHaveTextContent("anyone who reaches this address can read everything");
    for (const access of ["local", "authenticated"] as const) {
      rerender(<OpenNote health={health({ access, authentication: "oauth2-proxy" })} />);
      expect(screen.queryByRole("note")).toBeNull();
    }
  });

  it("claims to know nothing without the metrics store", () => {
    const store = { reachable: false, detail: "Prometheus cannot be reached" };
    const blind = health({ state: "down", reason: "the store is silent", prometheus: store, jobs: [] });
    render(<HealthPanel health={blind} />);
    expect(screen.getByRole("status")).toHaveTextContent("Status unknownthe store is silent");
    expect(screen.getByText("Alerts firing").nextSibling).toHaveTextContent("—");
    expect(screen.queryByRole("list")).toBeNull();
  });

  it("leads to the alerts that fire", () => {
    render(<HealthPanel health={health({ alerts: { critical: 1, warning: 2 } })} />);
    expect(screen.getByRole("link", { name: "3" })).toHaveAttribute("href", "#alerts-title");
  });

  it("gives the reason when it is not", () => {
    render(<HealthPanel health={health({ state: "down", reason: "qa is down", alerts: { critical: 2 } })} />);
    expect(screen.getByRole("status")).toHaveTextContent("Outageqa is down");
  });
});

describe("alerts", () => {
  it("are listed with where and since when", () => {
    const alert = {
      name: "HighErrorRate",
      severity: "critical",
      state: "firing" as const,
      environment: "qa",
      data_plane_id: "qa",
      active_since: 940,
      labels: {},
    };
    render(<AlertList alerts={[alert]} now={1_000_000} />);
    expect(screen.getByRole("listitem")).toHaveTextContent("criticalHighErrorRateqafiring for 1 min");
  });

  it("may be none", () => {
    render(<AlertList alerts={[]} now={0} />);
    expect(screen.getByText("No active alerts.")).toBeInTheDocument();
  });
});

describe("the summary", () => {
  it("lists a few planes below each figure", () => {
    const planes = ["dev", "prod"].map((id) => ({ ...summary(), id, environment: id, oddities: [] }));
    render(<SummaryCards environment="all" summary={summary({ planes })} colors={new Map()} range="15m" />);
    expect(screen.getAllByText("prod")).toHaveLength(4);
  });

  it("explains the figures of one plane, also without traffic", () => {
    const { rerender } = render(
      <SummaryCards environment="all" summary={summary()} colors={new Map()} range="15m" />,
    );
    expect(screen.getByText("1,080 of 54,000 requests failed")).toBeInTheDocument();
    const none = summary({ requests: 0, p95: null, p50: null, error_ratio: null, request_rate: 0 });
    rerender(<SummaryCards environment="all" summary={none} colors={new Map()} range="15m" />);
    expect(screen.getAllByText("—")).toHaveLength(3);
    expect(screen.getAllByText("No requests in this range")).toHaveLength(4);
  });
});

describe("a chart's companions", () => {
  it("table: the newest first, a dash where there is nothing", () => {
    render(<DataTable title="Rate" series={series()} lines={drawn(series(), new Map())} />);
    const rows = screen.getAllByRole("row").map((row) => row.textContent);
    expect(rows[0]).toBe("Timeprodqa");
    expect(rows[1]).toMatch(/^\d\d:16:50\s?3 req\/s—$/);
    expect(rows[2]).toMatch(/——$/);
  });

  it("legend: hides and shows lines", async () => {
    const toggle = vi.fn();
    const lines = drawn(series(), new Map());
    render(<Legend lines={lines} unit="requests/s" hidden={new Set(["qa"])} toggle={toggle} />);
    expect(screen.getByRole("button", { name: "prod 3 req/s" })).toHaveAttribute("aria-pressed", "true");
    const qa = screen.getByRole("button", { name: "qa —" });
    expect(qa).toHaveAttribute("aria-pressed", "false");
    await userEvent.click(qa);
    expect(toggle).toHaveBeenCalledWith("qa");
  });

  it("range: arrow keys move the choice", async () => {
    const change = vi.fn();
    render(
      <Segmented label="Range" value="5m" options={["5m", "1h"]} nameOf={(each) => each} onChange={change} />,
    );
    await userEvent.tab();
    await userEvent.keyboard("{ArrowRight}");
    expect(change).toHaveBeenCalledWith("1h");
  });
});

describe("a sparkline", () => {
  it("breaks at gaps and stands on zero", () => {
    const traces = trace([0, 10, null, 5, 10]);
    expect(traces).toHaveLength(2);
    expect(traces[0]?.line).toBe("M0 38L60 2");
  });

  it("draws nothing from nothing", () => {
    expect(trace([])).toEqual([]);
    expect(trace([null, 3, null])).toEqual([]);
  });
});
