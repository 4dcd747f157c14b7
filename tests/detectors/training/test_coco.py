"""The COCO figures on cases that a person can count."""

import pathlib
import sys
import unittest

sys.path.insert(0, str(pathlib.Path(__file__).parents[3] / "detectors" / "training"))
import coco


def picture(boxes, crowd=()):
    """One picture with objects of one class."""
    rows = [
        {"image_id": 1, "category_id": 1, "bbox": box, "iscrowd": int(index in crowd)} for index, box in enumerate(boxes)
    ]
    image = {"id": 1, "source": "here", "synthetic": False}
    return {"images": [image], "annotations": rows, "categories": [{"id": 1, "name": "boat"}]}


def seen(box, score, category=1):
    return {"image_id": 1, "category_id": category, "bbox": box, "score": score}


LEFT, RIGHT, FAR = [0, 0, 10, 10], [100, 0, 10, 10], [300, 300, 10, 10]


class AveragePrecision(unittest.TestCase):
    def figures(self, annotations, detections):
        return coco.evaluate(annotations, detections)["classes"]["boat"]

    def test_is_one_when_every_object_is_found_exactly(self):
        figures = self.figures(picture([LEFT, RIGHT]), [seen(LEFT, 0.9), seen(RIGHT, 0.8)])
        self.assertAlmostEqual(figures["AP50"], 1)
        self.assertAlmostEqual(figures["AP"], 1)
        self.assertEqual(figures["recall50"], 1)

    def test_is_nought_without_detections(self):
        self.assertEqual(self.figures(picture([LEFT]), [])["AP50"], 0)

    def test_is_the_share_of_the_recall_levels_that_were_reached(self):
        # One of two objects: recall levels 0 to 0.50, that is 51 of 101.
        self.assertAlmostEqual(self.figures(picture([LEFT, RIGHT]), [seen(LEFT, 0.9)])["AP50"], 51 / 101)

    def test_falls_with_a_wrong_detection_that_was_surer(self):
        self.assertAlmostEqual(self.figures(picture([LEFT]), [seen(FAR, 0.9), seen(LEFT, 0.8)])["AP50"], 0.5)

    def test_counts_a_second_box_on_the_same_object_as_wrong(self):
        twice = [seen(LEFT, 0.9), seen(LEFT, 0.8), seen(RIGHT, 0.7)]
        self.assertAlmostEqual(self.figures(picture([LEFT, RIGHT]), twice)["AP50"], (51 + 50 * 2 / 3) / 101)

    def test_asks_for_more_overlap_at_higher_thresholds(self):
        # An overlap of 9 by 10 over 10 by 11: IoU 0.818 passes at 0.50 to 0.80, seven of ten thresholds.
        figures = self.figures(picture([LEFT]), [seen([1, 0, 10, 10], 0.9)])
        self.assertAlmostEqual(figures["AP50"], 1)
        self.assertAlmostEqual(figures["AP"], 0.7)

    def test_takes_a_detection_inside_a_crowd_region_for_neither_right_nor_wrong(self):
        annotations = picture([LEFT, [90, -10, 100, 100]], crowd={1})
        self.assertAlmostEqual(self.figures(annotations, [seen(RIGHT, 0.9), seen(LEFT, 0.8)])["AP50"], 1)

    def test_leaves_out_classes_without_objects(self):
        annotations = picture([LEFT])
        annotations["categories"].append({"id": 2, "name": "plume"})
        self.assertEqual(list(coco.evaluate(annotations, [seen(LEFT, 0.9, category=2)])["classes"]), ["boat"])


if __name__ == "__main__":
    unittest.main()
