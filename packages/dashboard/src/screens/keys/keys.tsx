import { messages } from "../../messages.ts";
import { Heading } from "../../ui/heading.tsx";

/** All API keys of the company. */
export function KeysScreen() {
  return <Heading>{messages.keys.heading}</Heading>;
}
