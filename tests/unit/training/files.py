"""Small motion files written by hand, with answers that can be checked by eye."""

# A root with one arm of two bones along +X, ten units long each; degrees; the root may move and turn.
ASF = """# by hand
:version 1.10
:name hand
:units
  mass 1.0
  length 0.45
  angle deg
:root
   order TX TY TZ RX RY RZ
   axis XYZ
   position 0 0 0
   orientation 0 0 0
:bonedata
  begin
     id 1
     name upper
     direction 2 0 0
     length 10
     axis 0 0 90 XYZ
    dof rx rz
    limits (-160.0 20.0)
           (-70.0 70.0)
  end
  begin
     id 2
     name lower
     direction 1 0 0
     length 10
     axis 0 0 0 XYZ
    dof rz
    limits (-10.0 170.0)
  end
:hierarchy
  begin
    root upper
    upper lower
  end
"""

AMC = """#!OML:ASF hand
:FULLY-SPECIFIED
:DEGREES
1
root 0 0 0 0 0 0
upper 0 0
lower 0
13
root 0 10 0 0 90 0
upper 90 0
lower 90
"""

BVH = """HIERARCHY
ROOT Hips
{
    OFFSET 0 100 0
    CHANNELS 6 Xposition Yposition Zposition Zrotation Xrotation Yrotation
    JOINT Arm
    {
        OFFSET 10 0 0
        CHANNELS 3 Zrotation Xrotation Yrotation
        End Site
        {
            OFFSET 0 -100 0
        }
    }
}
MOTION
Frames: 2
Frame Time: 0.1
0 0 0 0 0 0 0 0 0
5 0 0 0 0 90 90 0 90
"""
