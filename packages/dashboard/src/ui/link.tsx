import type { ComponentChildren } from "preact";
import { useApp } from "../app/context.ts";
import { type Route, toPath } from "../app/router.ts";

/** A link to a place of the page. If places have no address, it is a button. */
export function Link(props: {
  readonly to: Route;
  readonly isCurrent?: boolean;
  readonly class?: string;
  readonly children: ComponentChildren;
}) {
  const { router } = useApp();
  const { to, isCurrent = false, children } = props;
  const go = (event: MouseEvent): void => {
    if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    router.go(to);
  };
  const shared = {
    class: props.class ?? "link",
    "aria-current": isCurrent ? ("page" as const) : undefined,
    onClick: go,
  };
  if (router.hasHistory) {
    return (
      <a href={toPath(to)} {...shared}>
        {children}
      </a>
    );
  }
  return (
    <button type="button" {...shared}>
      {children}
    </button>
  );
}
