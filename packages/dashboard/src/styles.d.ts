/** A stylesheet as text. */
declare module "*.css?inline" {
  const text: string;
  export default text;
}

/** A stylesheet that the build writes to a file. */
declare module "*.css" {}
