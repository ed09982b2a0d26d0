import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef, useState } from "preact/hooks";
import { useAnnounce } from "./live-region.tsx";

interface SectionProps {
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

/**
 * Keeps which dialog is open, if any. `reload` runs when one closes, because other users can change the same data.
 * `done` closes it after a change, and announces a message to screen readers.
 */
export function useSectionDialog<Open>(reload: () => void) {
  const announce = useAnnounce();
  const [open, setOpen] = useState<Open | null>(null);
  /** Increases after each change, for `Section`. */
  const [changes, setChanges] = useState(0);
  const close = (): void => {
    setOpen(null);
    reload();
  };
  const done = (message: string): void => {
    close();
    setChanges((count) => count + 1);
    announce(message);
  };
  return { open, setOpen, changes, close, done };
}
