/** Version of this package, as sent in the `User-Agent` on Node. A test keeps it equal to package.json. */
export const version = "0.1.0";
