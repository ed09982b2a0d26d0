import { type ComponentChildren, createContext } from "preact";
import { useCallback, useContext, useState } from "preact/hooks";

const AnnounceContext = createContext<(text: string) => void>(() => undefined);

/**
 * Contains a region that screen readers read out when it changes. Each dialog has its own, because the page behind it
 * is inert.
 */
export function LiveRegion({
  class: className,
  children,
}: {
  readonly class: string;
  readonly children: ComponentChildren;
}) {
  const [text, setText] = useState("");
  // Screen readers ignore a text that does not change, so a repeated text gets a character that is not read out.
  const announce = useCallback((next: string) => setText((before) => (before === next ? `${next}\u00a0` : next)), []);
  return (
    <AnnounceContext.Provider value={announce}>
      <div class={className}>
        {children}
        <p class="hidden" role="status">
          {text}
        </p>
      </div>
    </AnnounceContext.Provider>
  );
}

/** Returns a function that has a text read out. */
export function useAnnounce(): (text: string) => void {
  return useContext(AnnounceContext);
}
