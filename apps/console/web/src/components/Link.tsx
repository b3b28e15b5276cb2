import type { MouseEvent, ReactNode } from "react";
import { addressOf, type View } from "../state/view";

export type Move = (change: Partial<View>, replace?: boolean) => void;

/** A real link to another view; a plain click moves without loading the page. */
export function Link(props: {
  view: View;
  to: Partial<View>;
  move: Move;
  className?: string;
  current?: boolean;
  children: ReactNode;
}) {
  const { view, to, move } = props;
  const follow = (event: MouseEvent) => {
    if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return;
    event.preventDefault();
    move(to);
  };
  return (
    <a
      href={addressOf({ ...view, ...to })}
      className={props.className}
      aria-current={props.current ? "page" : undefined}
      onClick={follow}
    >
      {props.children}
    </a>
  );
}
