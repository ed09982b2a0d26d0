import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";

/** Properties of `Section`. */
export interface SectionProps {
  readonly title: string;
  /** Increases after each change in the section. The heading then takes the focus, because the button may be gone. */
  readonly changes?: number;
  /** A button beside the heading. */
  readonly action?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of the screen of one key. */
export function Section({ title, changes = 0, action, children }: SectionProps) {
  const id = useId();
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (changes > 0) heading.current?.focus();
  }, [changes]);
  return (
    <section class="section" aria-labelledby={id}>
      <div class="head">
        <h2 ref={heading} id={id} tabIndex={-1}>
          {title}
        </h2>
        {action}
      </div>
      {children}
    </section>
  );
}
