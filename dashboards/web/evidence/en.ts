import type { EvidenceWord } from './zh.ts'

/** Words about evidence of works in English. */
export const en: Record<EvidenceWord, string> = {
  'evidence.title': 'What speaks of renovation',
  'evidence.none': 'Nothing speaks of works.',
  'evidence.probability': 'likelihood {{percent}}%',
  'evidence.visitBy': 'To be visited by {{time}}',
  'evidence.visitLate': 'The visit is overdue: {{time}}',
  'evidence.filing': 'Filed: {{number}}, until {{until}}',
  'evidence.noFiling': 'No filing was found (asked automatically {{time}})',
  'evidence.age': '{{age}} ago',
  'evidence.days': '{{count}} d ago',
  'evidence.other': 'Could also be: ',
  'evidence.leaves': '{{cause}} (leaves {{percent}}% of it)',
  'evidence.cancels': 'What would cancel it: ',
  'evidence.rests': 'From: ',
  'evidence.against': 'speaks against it',
  'evidence.weight': 'weight {{weight}}, {{full}} if nothing else explained it',
  'evidence.further': '{{pieces}} lighter pieces, together {{weight}}',
  'evidence.sum':
    'Weights are natural logarithms of likelihood ratios: above zero for, below against. Beginning at {{prior}} they come to {{sum}}.',
  'evidence.fact.hours': 'for {{value}} h',
  'evidence.fact.days': 'on {{value}} days',
  'evidence.fact.bursts': '{{value}} bursts',
  'evidence.fact.usual': 'usually {{value}}',
  'evidence.fact.openings': '{{value}} openings of the door',
  'evidence.fact.nights': 'slept there in {{value}} nights',
  'evidence.fact.of': 'of {{value}} known',
  'evidence.fact.reports': '{{value}} reports',
  'evidence.fact.by': 'visited by {{value}}',
  'evidence.fact.label': '{{value}} seen',
}
