import type { ComponentChildren } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { useApp } from "../app/context.ts";

/** The heading of a screen. It takes the focus after a navigation, so that screen readers say where the user is. */
export function Heading({ children }: { readonly children: ComponentChildren }) {
  const { router } = useApp();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (router.hasNavigated) heading.current?.focus();
  }, [router]);
  return (
    <h1 ref={heading} tabIndex={-1}>
      {children}
    </h1>
  );
}

/** The heading of a screen, what it is about, and a button beside both. */
export function ScreenHead(props: {
  readonly title: string;
  readonly intro: string;
  readonly children?: ComponentChildren;
}) {
  return (
    <div class="head">
      <div>
        <Heading>{props.title}</Heading>
        <p class="muted">{props.intro}</p>
      </div>
      {props.children}
    </div>
  );
}
