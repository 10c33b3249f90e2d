/** Colours and type sizes come from tokens; only tokens.css names them. */
export default {
  extends: 'stylelint-config-standard',
  plugins: ['stylelint-declaration-strict-value'],
  rules: {
    'color-no-hex': true,
    'color-named': 'never',
    'declaration-no-important': true,
    'selector-max-id': 0,
    'selector-max-specificity': '0,5,2',
    'no-descending-specificity': null, // layers, not source order, decide between files
    'declaration-empty-line-before': null,
    'rule-empty-line-before': null, // lists of one-line rules read better together
    'import-notation': 'string',
    'selector-class-pattern': '^[a-z][a-z0-9]*(-[a-z0-9]+)*$',
    'property-no-vendor-prefix': [true, { ignoreProperties: ['box-orient'] }],
    'scale-unlimited/declaration-strict-value': [
      ['/color$/', 'fill', 'stroke', 'font-family', 'border-radius'],
      { ignoreValues: ['none', 'inherit', 'transparent', 'currentcolor', '/^color-mix\\(/', '/^light-dark\\(/', '0', '3px'], disableFix: true },
    ],
  },
  overrides: [
    { files: ['styles/tokens.css'], rules: { 'color-no-hex': null, 'scale-unlimited/declaration-strict-value': null } },
    { files: ['styles/fonts.css'], rules: { 'scale-unlimited/declaration-strict-value': null, 'selector-class-pattern': null } },
    { files: ['islands/map/map.css'], rules: { 'selector-class-pattern': null } },
  ],
}
