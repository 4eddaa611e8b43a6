/** The package has no types of its own. @see https://github.com/ChristopheBougere/asl-validator */
declare module 'asl-validator' {
  export default function validator(definition: object): {
    readonly isValid: boolean;
    errorsText(separator?: string): string;
  };
}
