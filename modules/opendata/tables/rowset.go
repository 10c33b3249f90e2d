package tables

import "math/bits"

// rowSet is a set of rows of an edition, by their numbers: a bit each.
type rowSet struct {
	words []uint64
	n     int64
}

func (s *rowSet) size() int { return 8 * len(s.words) }

// add puts a row in; numbers come once each.
func (s *rowSet) add(number int64) {
	at := int(number >> 6)
	for at >= len(s.words) {
		s.words = append(s.words, 0)
	}
	s.words[at] |= 1 << (number & 63)
	s.n++
}

func (s *rowSet) has(number int64) bool {
	at := int(number >> 6)
	return at < len(s.words) && s.words[at]>>(number&63)&1 == 1
}

// take gives the numbers of the rows behind one, at most most.
func (s *rowSet) take(from int64, most int) (numbers []int64) {
	from++
	for at := int(from >> 6); at < len(s.words); at++ {
		word := s.words[at]
		if at == int(from>>6) {
			word = word >> (from & 63) << (from & 63)
		}
		for ; word != 0; word &= word - 1 {
			if len(numbers) == most {
				return numbers
			}
			numbers = append(numbers, int64(at)<<6+int64(bits.TrailingZeros64(word)))
		}
	}
	return numbers
}

// and gives the rows that are in both sets.
func (s *rowSet) and(other *rowSet) *rowSet {
	both := &rowSet{words: make([]uint64, min(len(s.words), len(other.words)))}
	for i := range both.words {
		both.words[i] = s.words[i] & other.words[i]
		both.n += int64(bits.OnesCount64(both.words[i]))
	}
	return both
}
