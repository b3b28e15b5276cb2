import { address } from "../api/client";
import { AlertList } from "../components/AlertList";
import { HealthPanel } from "../components/HealthPanel";
import type { Move } from "../components/Link";
import { ErrorNotice, StaleNote } from "../components/Notice";
import { PlaneCard } from "../components/PlaneCard";
import { RefreshControl } from "../components/RefreshControl";
import { keyOf, planeColors } from "../lib/lines";
import { useRefresh } from "../state/useRefresh";
import { useResource } from "../state/useResource";
import type { View } from "../state/view";

export function Overview({ view, move }: { view: View; move: Move }) {
  const { tick, now } = useRefresh(view.refresh);
  const health = useResource<"health">(address("health"), tick);
  const planes = useResource<"planes">(address("planes"), tick);
  const alerts = useResource<"alerts">(address("alerts"), tick);
  const rates = useResource<"series">(address("series", { metric: "request_rate", range: "15m" }), tick);
  const colors = planeColors(planes.data?.planes ?? []);
  const curves = new Map(
    rates.data?.lines.map((line) => [keyOf(line.environment, line.data_plane_id), line.values]),
  );

  return (
    <div className="page">
      <div className="page-head">
        <h1>Overview</h1>
        <RefreshControl view={view} move={move} resource={planes} now={now} />
      </div>

      {health.data && <HealthPanel health={health.data} />}
      {!health.data && !health.error && <div className="card health skeleton" aria-hidden="true" />}
      {!health.data && health.error && <ErrorNotice message={health.error} retry={health.retry} />}
      <StaleNote resource={health} />

      <section aria-labelledby="planes-title" aria-busy={!planes.data && !planes.error}>
        <h2 id="planes-title">Data planes</h2>
        <StaleNote resource={planes} />
        {!planes.data && planes.error && <ErrorNotice message={planes.error} retry={planes.retry} />}
        {planes.data?.planes.length === 0 && (
          <p className="note">No data plane has been scraped in the last five minutes.</p>
        )}
        <div className="plane-grid">
          {planes.data?.planes.map((plane) => {
            const key = keyOf(plane.environment, plane.id);
            return (
              <PlaneCard
                key={key}
                plane={plane}
                rates={curves.get(key) ?? []}
                color={colors.get(key) ?? "--line-1"}
                view={view}
                move={move}
              />
            );
          })}
          {!planes.data &&
            !planes.error &&
            [1, 2, 3].map((each) => <div key={each} className="card plane skeleton" aria-hidden="true" />)}
        </div>
      </section>

      <section aria-labelledby="alerts-title">
        <h2 id="alerts-title">Active alerts</h2>
        <StaleNote resource={alerts} />
        {!alerts.data && alerts.error && <ErrorNotice message={alerts.error} retry={alerts.retry} />}
        {alerts.data && <AlertList alerts={alerts.data.alerts} now={alerts.loadedAt ?? 0} />}
      </section>
    </div>
  );
}
