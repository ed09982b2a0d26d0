import { messages } from "../messages.ts";
import { Heading } from "../ui/heading.tsx";

/** The user's account: email, companies, password and sign-out. */
export function AccountScreen() {
  return <Heading>{messages.titles.account}</Heading>;
}
