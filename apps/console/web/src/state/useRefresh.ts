import { useCallback, useEffect, useRef, useState } from "react";
import type { Refresh } from "./view";

/**
 * A number that grows whenever data should be loaded anew: every `seconds` (0: never) while the tab is visible,
 * at once when it becomes visible overdue, and when `now` is called.
 */
export function useRefresh(seconds: Refresh): { tick: number; now: () => void } {
  const [tick, setTick] = useState(0);
  const last = useRef(0);
  const now = useCallback(() => {
    last.current = Date.now();
    setTick((count) => count + 1);
  }, []);

  useEffect(() => {
    if (seconds === 0) return;
    if (last.current === 0) last.current = Date.now();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const wait = () => {
      clearTimeout(timer);
      if (document.hidden) return;
      timer = setTimeout(
        () => {
          now();
          wait();
        },
        Math.max(0, last.current + seconds * 1000 - Date.now()),
      );
    };
    wait();
    document.addEventListener("visibilitychange", wait);
    return () => {
      clearTimeout(timer);
      document.removeEventListener("visibilitychange", wait);
    };
  }, [seconds, now]);

  return { tick, now };
}
