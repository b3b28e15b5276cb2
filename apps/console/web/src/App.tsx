import { lazy, Suspense, useEffect, useRef } from "react";
import { Header } from "./components/Header";
import { NotLoaded } from "./pages/NotLoaded";
import { Overview } from "./pages/Overview";
import { useTheme } from "./state/useTheme";
import { useView } from "./state/useView";

// The charts are most of the bundle and the landing page needs none.
const Metrics = lazy(() => import("./pages/Metrics").catch(() => ({ default: NotLoaded })));

const TITLES = { overview: "Overview", metrics: "Metrics" };

export function App() {
  const [view, move] = useView();
  const [theme, chooseTheme] = useTheme(view.theme);
  const main = useRef<HTMLElement>(null);
  const shown = useRef(view.page);

  useEffect(() => {
    document.title = `${TITLES[view.page]} · planewatch`;
    // A new page begins at its beginning, for the keyboard and for screen readers too.
    if (shown.current !== view.page) main.current?.focus();
    shown.current = view.page;
  }, [view.page]);

  return (
    <>
      <a className="skip-link" href="#main">
        Skip to content
      </a>
      <Header
        view={view}
        move={move}
        theme={theme}
        onTheme={(next) => {
          chooseTheme(next);
          if (view.theme) move({ theme: null }, true);
        }}
      />
      <main id="main" ref={main} tabIndex={-1}>
        {view.page === "overview" ? (
          <Overview view={view} move={move} />
        ) : (
          <Suspense fallback={<div className="page" aria-busy="true" />}>
            <Metrics view={view} move={move} theme={theme} />
          </Suspense>
        )}
      </main>
    </>
  );
}
