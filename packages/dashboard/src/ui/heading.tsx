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
