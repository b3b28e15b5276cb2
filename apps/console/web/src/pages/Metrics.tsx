import { address, type Metric } from "../api/client";
import { ChartPanel } from "../components/ChartPanel";
import type { Move } from "../components/Link";
import { ErrorNotice, StaleNote } from "../components/Notice";
import { RefreshControl } from "../components/RefreshControl";
import { Segmented } from "../components/Segmented";
import { Select } from "../components/Select";
import { SummaryCards } from "../components/SummaryCards";
import { planeColors } from "../lib/lines";
import { useRefresh } from "../state/useRefresh";
import { useResource } from "../state/useResource";
import { RANGES, RANGE_NAMES, type Theme, type View } from "../state/view";

export default function Metrics({ view, move, theme }: { view: View; move: Move; theme: Theme }) {
  const { tick, now } = useRefresh(view.refresh);
  const planes = useResource<"planes">(address("planes"), tick);
  const query = { environment: view.environment, range: view.range };
  const summary = useResource<"summary">(address("summary", query), tick);
  const series = (metric: Metric) => address("series", { metric, ...query });
  const known = [...new Set(planes.data?.planes.map((plane) => plane.environment))];
  // An address may name an environment that is gone: the list keeps it, the panels say what is wrong.
  const environments = view.environment === "all" ? known : [...new Set([...known, view.environment])];
  const shared = { tick, theme, colors: planeColors(planes.data?.planes ?? []), said: [summary.error] };

  return (
    <div className="page">
      <div className="page-head">
        <h1>Metrics</h1>
        <RefreshControl view={view} move={move} resource={summary} now={now} />
      </div>

      <div className="filters">
        <Select
          label="Environment"
          value={view.environment}
          options={[
            { value: "all", name: "All environments" },
            ...environments.map((name) => ({ value: name, name })),
          ]}
          onChange={(environment) => {
            move({ environment });
          }}
        />
        <Segmented
          label="Range"
          value={view.range}
          options={RANGES}
          nameOf={(range) => RANGE_NAMES[range]}
          onChange={(range) => {
            move({ range });
          }}
        />
      </div>

      {summary.status === 404 ? (
        <div className="notice bad" role="alert">
          <p>No data plane of the environment “{view.environment}” has been seen in the last five minutes.</p>
          <button
            type="button"
            className="button"
            onClick={() => {
              move({ environment: "all" });
            }}
          >
            Show all environments
          </button>
        </div>
      ) : (
        <>
          <StaleNote resource={{ ...summary, retry: now }} />
          {!summary.data && summary.error ? (
            <ErrorNotice message={summary.error} retry={now} />
          ) : (
            <SummaryCards
              environment={view.environment}
              summary={summary.data}
              colors={shared.colors}
              range={view.range}
            />
          )}
          <div className="chart-grid">
            <ChartPanel title="Request rate" primary={series("request_rate")} {...shared} />
            <ChartPanel
              title="Latency"
              note="p95 solid, p50 dashed"
              primary={series("latency_p95")}
              primaryName="p95"
              secondary={series("latency_p50")}
              secondaryName="p50"
              {...shared}
            />
            <ChartPanel title="Error rate" primary={series("error_ratio")} {...shared} />
            <ChartPanel title="Requests by status class" primary={series("requests_by_status")} {...shared} />
          </div>
        </>
      )}
    </div>
  );
}
