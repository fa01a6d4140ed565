"""What crosses between the student's process and the tests': plain values whole, anything else as a handle, nothing else."""
import itertools
import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from autograde.crossing import BadMessage, arrays, decode, encode

numbers = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.complex_numbers(), st.text())
dtypes = st.one_of(hnp.boolean_dtypes(), hnp.integer_dtypes(endianness="?"), hnp.floating_dtypes(endianness="?"),
                   hnp.complex_number_dtypes(), hnp.unicode_string_dtypes(max_len=4))
plain = st.recursive(
    st.one_of(numbers, hnp.arrays(dtypes, hnp.array_shapes(min_dims=0, min_side=0, max_side=4))),
    lambda parts: st.one_of(st.lists(parts, max_size=3), st.lists(parts, max_size=3).map(tuple),
                            st.dictionaries(st.one_of(st.text(), st.integers()), parts, max_size=3)), max_leaves=8)


def no_handle(value):
    raise AssertionError(f"{type(value)} should be plain")


def there_and_back(value):
    buffers = []
    tree = json.loads(json.dumps(encode(value, no_handle, buffers)))
    return decode(tree, no_handle, buffers)


def same(one, other):
    if isinstance(one, np.ndarray | np.generic):
        return (type(one) is type(other) and one.dtype == other.dtype and one.shape == other.shape
                and one.tobytes() == other.tobytes())
    if type(one) is not type(other):
        return False
    if isinstance(one, list | tuple):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, dict):
        return list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    return repr(one) == repr(other)


def without_lone_surrogates(value):
    """Half a character cannot be written down: it arrives as a question mark."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, list | tuple):
        return type(value)(map(without_lone_surrogates, value))
    if isinstance(value, dict):
        return {without_lone_surrogates(key): without_lone_surrogates(part) for key, part in value.items()}
    return value


@settings(max_examples=300, deadline=None)
@given(plain)
def test_plain_values_arrive_as_they_left(value):
    assert same(there_and_back(value), without_lone_surrogates(value))


@pytest.mark.parametrize("value", [slice(1, None, -2), Ellipsis, np.dtype("float32"), np.float32, {1, 2}, frozenset({3}),
                                   (slice(0, 2), Ellipsis), np.float64("nan"), -0.0])
def test_what_indexes_and_dtypes_are_made_of_is_plain(value):
    assert repr(there_and_back(value)) == repr(value)


@pytest.mark.parametrize("axes", list(itertools.permutations(range(3))))
def test_a_transposed_array_arrives_as_one(axes):
    array = np.arange(24.0).reshape(2, 3, 4).transpose(axes)
    found = there_and_back(array)
    assert np.array_equal(found, array) and found.strides == array.strides


def test_whole_numbers_of_any_length_cross():
    assert there_and_back(-10**5000) == -10**5000


def test_subclasses_cross_as_what_they_are_made_of():
    class Lying(np.ndarray):
        def __eq__(self, other):
            return True

    found = there_and_back(np.arange(3.0).view(Lying))
    assert type(found) is np.ndarray and not (found == 7).any()


@pytest.mark.parametrize("value", [object(), print, type, np.array([object()]), range(3), iter([])])
def test_everything_else_is_a_handle(value):
    assert encode([value], lambda other: ["handle", other is value], []) == ["list", [["handle", True]]]


def test_lists_deeper_than_any_result_are_handles_and_do_not_overflow_the_stack():
    deep = []
    deep.append(deep)
    assert "handle" in json.dumps(encode(deep, lambda other: ["handle"], []))


BAD = [
    [], ["array"], ["array", "O", [1], [0], 0, False], ["array", "<f8", [3], [0], 0, False], ["array", "<f8", [-1], [0], 0, False],
    ["array", "<f8", [10**12, 10**12], [0, 1], 0, False], ["array", "<f8", ["1"], [0], 0, False], ["array", "<f8", [1], [0], 5, False],
    ["array", "V8", [1], [0], 0, False], ["array", "nonsense", [1], [0], 0, False],
    ["array", "<f8", [1], [], 0, False], ["array", "<f8", [1], [0, 0], 0, False], ["array", "<f8", [1], [-1], 0, False],
    ["array", "<f8", [1, 1], [0, 0], 0, False], ["array", "<f8", [1], "0", 0, False], ["int", "12.5"], ["int", 3], ["float", "x"],
    ["float", {}], ["dict", [[["list", []], ["plain", 1]]]], ["dict", 3], ["list", 7], ["plain", {"a": 1}], ["set", [["list", []]]],
    ["complex", "1"], ["dtype", "O", False], 3, None, "plain", {"plain": 1},
]


@pytest.mark.parametrize("tree", BAD, ids=json.dumps)
def test_what_encode_does_not_make_is_refused(tree):
    def refuse(tree):
        raise BadMessage("unknown")

    with pytest.raises(BadMessage):
        decode(tree, refuse, [bytes(8)])


def test_a_reply_nested_ten_thousand_deep_is_refused():
    tree = ["plain", 1]
    for _ in range(10_000):
        tree = ["list", [tree]]
    with pytest.raises(BadMessage):
        decode(tree, no_handle, [])


def test_arrays_of_arguments_are_found_in_the_same_order_on_both_sides():
    one, two, three = np.zeros(1), np.zeros(2), np.zeros(3)
    assert [len(a) for a in arrays([one, {"k": (two, [three])}, "text", 5])] == [1, 2, 3]
