import type { Theme, View } from "../state/view";
import { Icon } from "./Icon";
import { Link, type Move } from "./Link";

export function Header(props: { view: View; move: Move; theme: Theme; onTheme: (theme: Theme) => void }) {
  const { view, move, theme } = props;
  const other: Theme = theme === "dark" ? "light" : "dark";
  return (
    <header className="bar">
      <div className="bar-inner">
        <Link className="brand" view={view} to={{ page: "overview" }} move={move}>
          <img src="/favicon.svg" alt="" width="26" height="26" />
          <span>planewatch</span>
        </Link>
        <nav aria-label="Pages">
          <Link view={view} to={{ page: "overview" }} move={move} current={view.page === "overview"}>
            Overview
          </Link>
          <Link view={view} to={{ page: "metrics" }} move={move} current={view.page === "metrics"}>
            Metrics
          </Link>
        </nav>
        <button
          type="button"
          className="icon-button"
          aria-label={`Switch to ${other} theme`}
          title={`Switch to ${other} theme`}
          onClick={() => {
            props.onTheme(other);
          }}
        >
          <Icon name={theme === "dark" ? "sun" : "moon"} />
        </button>
      </div>
    </header>
  );
}
