import type { ComponentChildren, ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { messages } from "../messages.ts";
import { Loading } from "./loading.tsx";
import { Notice } from "./notice.tsx";

/** A component whose code is loaded when it is first shown, or earlier with `preload`. */
export type LazyComponent<Props> = ComponentType<Props> & { preload(): void };

interface LazyOptions {
  /** Content to show until the code is loaded. */
  readonly placeholder?: ComponentChildren;
  /** Heading of the page if the code is missing. Only for whole screens. */
  readonly heading?: string;
}

/**
 * Returns a component that loads its code first, so that the first screen needs less code. If the code is missing,
 * because the server was updated or cannot be reached, a notice offers to load the page again.
 */
export function lazy<Props extends object>(
  load: () => Promise<ComponentType<Props>>,
  { placeholder = <Loading />, heading }: LazyOptions = {},
): LazyComponent<Props> {
  let loading: Promise<void> | null = null;
  let Loaded: ComponentType<Props> | null = null;
  const start = (): Promise<void> => {
    loading ??= load().then(
      (component) => {
        Loaded = component;
      },
      (error: unknown) => {
        // Some browsers remember the failure until the page is loaded again (whatwg/html#6768). Others try again.
        loading = null;
        throw error;
      },
    );
    return loading;
  };
  const Lazy = (props: Props) => {
    const [hasFailed, setFailed] = useState(false);
    const [, setLoaded] = useState(Loaded !== null);
    useEffect(() => {
      let isShown = true;
      start().then(
        () => isShown && setLoaded(true),
        () => isShown && setFailed(true),
      );
      return () => {
        isShown = false;
      };
    }, []);
    if (hasFailed) {
      const reload = { label: messages.outdated.action, onClick: () => location.reload() };
      return (
        <>
          {heading !== undefined && <h1>{heading}</h1>}
          <Notice tone="warning" title={messages.outdated.title} action={reload}>
            {messages.outdated.text}
          </Notice>
        </>
      );
    }
    return Loaded === null ? placeholder : <Loaded {...props} />;
  };
  return Object.assign(Lazy, { preload: () => void start().catch(() => undefined) });
}
